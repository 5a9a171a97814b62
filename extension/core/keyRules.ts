import { SegmentError, type ErrorFacts, type Rule } from './errors';

/** Longest file name in bytes, NAME_MAX of every Linux file system that can hold a key file or /dev/shm. */
export const longestFileName = 255;
/** macOS takes 31 bytes with the slash, and of a semaphore the NUL is one of them (XNU's posix_shm.c, posix_sem.c). */
const longestNameOnMac = 30;
const longestLockOnMac = 29;
/** PATH_MAX less the closing NUL. */
const longestPath = 4095;

/** Longest POSIX name of a segment without its slash, bytes. */
export function longestPosixName(): number {
  return process.platform === 'darwin' ? longestNameOnMac : longestFileName;
}

/** Longest POSIX name that a lock can have too: glibc puts `sem.` before it. */
export function longestLockedName(): number {
  return process.platform === 'darwin' ? longestLockOnMac : longestFileName - 'sem.'.length;
}

/** An `invalid-key` that names the rule. */
export function invalidKey(rule: Rule, message: string, facts: ErrorFacts = {}): SegmentError {
  return new SegmentError('invalid-key', message, { rule, ...facts });
}

/** What every key, name and path must obey. Throws `invalid-key`: empty, NUL, or a lone surrogate. */
export function checkText(text: string): void {
  if (text === '') throw invalidKey('empty-key', 'A key must not be empty.');
  if (text.includes('\0')) throw invalidKey('nul-in-key', 'A key must not contain a NUL character.');
  if (/\p{Surrogate}/u.test(text)) {
    throw invalidKey(
      'lone-surrogate',
      'The key contains half of a UTF-16 surrogate pair. Qt versions disagree on such keys, so none can be meant.',
    );
  }
}

/** Throws `invalid-key` where the UTF-8 form is longer than `maximum` bytes. */
export function checkLength(text: string, maximum: number, what: string): void {
  const length = Buffer.byteLength(text);
  if (length <= maximum) return;
  throw invalidKey(
    'key-too-long',
    `${what} is ${String(length)} bytes long; at most ${String(maximum)} work.`,
    {
      maximum: String(maximum),
    },
  );
}

/** The one form of a POSIX name, with its leading slash; shm_open(3) ignores how many there are. */
export function posixName(text: string, maximum = longestPosixName()): string {
  checkText(text);
  const name = text.replace(/^\/+/, '');
  if (name === '') throw invalidKey('empty-key', 'A POSIX name needs a character besides the slash.');
  if (name.split('/').some((part) => part === '..' || part === '.')) {
    throw invalidKey('dot-dot-in-posix-name', 'A POSIX name must not have "." or ".." as a part.');
  }
  if (name.includes('/')) {
    throw invalidKey('slash-in-posix-name', 'A POSIX name must not contain a slash after its first one.');
  }
  checkLength(name, maximum, 'The name');
  return `/${name}`;
}

/** MAX_PATH, to which Qt 6.6 and later cuts names on Windows. */
export const longestQtWindowsName = 260;
/** The kernel counts a name's bytes in 16 bits; its directory needs some of them. */
const longestWindowsName = 32_000;

/** The name of the lock of a native key of Qt 6.6 and later on Windows (QSharedMemoryPrivate::semaphoreNativeKey). */
export function windowsLockName(name: string): string {
  return `${name.slice(0, longestQtWindowsName - 5)}_sem`;
}

/** The one form of a name on Windows: `Local\\` says nothing, `Global\\` is the namespace of all sessions. */
export function windowsName(text: string): string {
  checkText(text);
  const own = text.replace(/^(?:Local|Global)\\/, '');
  if (own === '') throw invalidKey('empty-key', 'A name on Windows needs a character behind its namespace.');
  if (own.includes('\\')) {
    throw invalidKey(
      'backslash-in-windows-name',
      'A name on Windows has no backslash but that of Local\\ or Global\\.',
    );
  }
  if (own.length > longestWindowsName) {
    throw invalidKey('key-too-long', `The name has ${String(own.length)} characters.`, {
      maximum: String(longestWindowsName),
    });
  }
  return text.startsWith('Global\\') ? text : own;
}

/** Checks the path of a key file: absolute, and no part longer than the file system takes. */
export function keyFilePath(text: string): string {
  checkText(text);
  if (!text.startsWith('/')) {
    throw invalidKey('relative-path', 'The path of a key file must start with a slash.');
  }
  checkLength(text, longestPath, 'The path');
  for (const part of text.split('/')) checkLength(part, longestFileName, 'A part of the path');
  return text;
}

/** Checks a project id of ftok(3): only its low eight bits count, and 0 is undefined. */
export function projectId(value: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= 255) return value;
  throw invalidKey('project-id-range', 'A project id is a whole number from 1 to 255.', {
    minimum: '1',
    maximum: '255',
  });
}

/** A key_t as the signed 32 bits that it is; hex forms above 0x7fffffff are taken as unsigned. 0 is IPC_PRIVATE. */
export function keyNumber(value: number): number {
  if (Number.isInteger(value) && value !== 0 && value >= -0x80000000 && value <= 0xffffffff) return value | 0;
  throw invalidKey(
    'key-number-range',
    'A System V key is a whole number of 32 bits, and not 0 (IPC_PRIVATE).',
    {
      minimum: '-2147483648',
      maximum: '0xffffffff',
    },
  );
}

/** A shmid as the kernel gives them. */
export function shmid(value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) return value;
  throw invalidKey('shmid-range', 'A shmid is a whole number from 0 to 2147483647.', {
    minimum: '0',
    maximum: '2147483647',
  });
}
