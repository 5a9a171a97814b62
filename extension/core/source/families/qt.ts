import type { CallRule, Named, Sense, Site } from '../call';

/** QSharedMemory and QNativeIpcKey (qtbase src/corelib/ipc). */
export const qt: readonly CallRule[] = [
  {
    languages: ['cpp'],
    words: ['QSharedMemory'],
    read: (site) => site.named('qt-key', 0, site.construction),
  },
  {
    languages: ['cpp'],
    words: ['setKey'],
    read: (site) => (isOfSharedMemory(site) ? site.named('qt-key') : null),
  },
  {
    languages: ['cpp'],
    words: ['setNativeKey'],
    read: (site) => (isOfSharedMemory(site) ? byType(site, 1, 'qt-native') : null),
  },
  {
    languages: ['cpp'],
    words: ['platformSafeKey', 'legacyNativeKey'],
    read: (site) => {
      if (site.text(-1) !== '::' || site.text(-2) !== 'QSharedMemory') return null;
      const isSafe = site.text(0) === 'platformSafeKey';
      const type = site.words(1);
      const isDefault = type === '' || (isSafe ? /PosixRealtime|:: Default/ : /legacyDefault/).test(type);
      return isDefault ? site.named(isSafe ? 'qt-safe' : 'qt-key') : null;
    },
  },
  {
    languages: ['cpp'],
    words: ['QNativeIpcKey'],
    read: (site) => {
      if (!site.source.isQt) return null;
      if (site.text(1) === '::' && site.text(2) === 'fromString') return site.named('native-key', 0, 3);
      return byType(site, site.construction, 'posix-name');
    },
  },
];

/** By the second argument, a QNativeIpcKey::Type; without one the type is the default that is given. */
function byType(site: Site, open: number, otherwise: Sense): Named | null {
  const type = site.words(1, open);
  if (type === '') return site.named(otherwise, 0, open);
  if (type.includes('SystemV')) {
    const file = site.named('key-file', 0, open);
    return file === null ? null : { ...file, projectId: 0x51 };
  }
  const sense = type.includes('PosixRealtime')
    ? 'posix-name'
    : type.includes('Windows')
      ? 'windows-name'
      : null;
  return site.named(sense, 0, open);
}

/**
 * Other classes have a setKey too: the receiver is declared as a QSharedMemory here, or nowhere here (as a member that
 * a header declares) in a text that speaks of QSharedMemory.
 */
function isOfSharedMemory(site: Site): boolean {
  if (!/^(?:\.|->)$/.test(site.text(-1))) return false;
  const receiver = site.text(-2);
  const { shared, declared, isQt } = site.source;
  return shared.has(receiver) || (isQt && /^\w+$/.test(receiver) && !declared.has(receiver));
}
