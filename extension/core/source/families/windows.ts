import type { CallRule } from '../call';

/** Named sections: the Win32 functions, also through Rust and C#, and .NET's MemoryMappedFile. */
export const windows: readonly CallRule[] = [
  {
    languages: ['c', 'cpp', 'csharp', 'rust'],
    words: ['CreateFileMapping', 'CreateFileMappingA', 'CreateFileMappingW'],
    read: (site) => site.named('windows-name', 5),
  },
  {
    languages: ['c', 'cpp', 'csharp', 'rust'],
    words: ['OpenFileMapping', 'OpenFileMappingA', 'OpenFileMappingW'],
    read: (site) => site.named('windows-name', 2),
  },
  {
    languages: ['csharp'],
    words: ['MemoryMappedFile'],
    read: (site) => {
      if (site.text(1) !== '.' || !/^(?:CreateNew|CreateOrOpen|OpenExisting)$/.test(site.text(2)))
        return null;
      const given = site.arguments(3);
      const byName = given.find(([name, colon]) => name?.text === 'mapName' && colon?.text === ':');
      const text = site.constant(byName?.slice(2) ?? given[0] ?? []);
      return text === null || text === '' ? null : { sense: 'windows-name', text };
    },
  },
];
