import type { CallRule } from '../call';

/** multiprocessing.shared_memory: by name, or first as SharedMemory takes it; it puts a slash before it. */
export const python: readonly CallRule[] = [
  {
    languages: ['python'],
    words: ['SharedMemory', 'ShareableList'],
    read: (site) => {
      const given = site.arguments();
      const byName = given.find(([name, equals]) => name?.text === 'name' && equals?.text === '=');
      const first = site.text(0) === 'SharedMemory' ? given[0] : undefined;
      const text = site.constant(byName?.slice(2) ?? first ?? []);
      return text === null || text === '' ? null : { sense: 'posix-name', text };
    },
  },
];
