import type { CallRule } from '../call';

const modes = /\b(?:create_only|open_only|open_or_create|open_read_only|open_copy_on_write)\b/;

/** Boost.Interprocess: the name follows the mode; remove() takes it alone. */
export const boost: readonly CallRule[] = [
  {
    languages: ['cpp'],
    words: [
      'shared_memory_object',
      'managed_shared_memory',
      'wmanaged_shared_memory',
      'windows_shared_memory',
      'managed_windows_shared_memory',
    ],
    read: (site) => {
      const sense = site.text(0).includes('windows') ? 'windows-name' : 'posix-name';
      if (site.text(1) === '::' && site.text(2) === 'remove') return site.named(sense, 0, 3);
      const open = site.construction;
      return modes.test(site.words(0, open)) ? site.named(sense, 1, open) : null;
    },
  },
];
