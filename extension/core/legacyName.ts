import { createHash } from 'node:crypto';

/**
 * The names that Qt makes of a cross-platform key: prefix + its ASCII letters + SHA-1 of its UTF-8 form, the same
 * in Qt 5 and 6 (QtIpcCommon::legacyPlatformSafeKey).
 */
const prefixes = { memory: 'qipc_sharedmemory_', lock: 'qipc_systemsem_' } as const;

export type LegacyRole = keyof typeof prefixes;

/** A name of Qt's taken apart. */
export interface LegacyName {
  readonly role: LegacyRole;
  /** The letters a-z and A-Z of the key, in order. */
  readonly letters: string;
  /** 40 lower-case hex digits. */
  readonly hash: string;
}

/** SHA-1 of a key as Qt writes it. */
export function legacyHash(key: string): string {
  return createHash('sha1').update(key, 'utf8').digest('hex');
}

/** File name, or POSIX name without its slash, of the memory or the lock of `key`. */
export function legacyName(role: LegacyRole, key: string): string {
  return `${prefixes[role]}${key.replace(/[^a-zA-Z]/g, '')}${legacyHash(key)}`;
}

/** Of SHA-1, as much as a POSIX name of Qt's has on macOS: 30 characters with the slash. */
const digitsOnMac = 29;

/**
 * The POSIX name on macOS, of memory and lock alike, which are two namespaces there
 * (QtIpcCommon::legacyPlatformSafeKey outside of a sandbox).
 */
export function legacyNameOnMac(key: string): string {
  return `/${legacyHash(key).slice(0, digitsOnMac)}`;
}

/** The same name in the other role: every lock is paired with its memory by what follows the prefix. */
export function formatLegacyName({ role, letters, hash }: LegacyName): string {
  return `${prefixes[role]}${letters}${hash}`;
}

/** null: not a name of Qt's. */
export function parseLegacyName(name: string): LegacyName | null {
  const match = /^qipc_(sharedmemory|systemsem)_([a-zA-Z]*)([0-9a-f]{40})$/.exec(name);
  if (!match) return null;
  const [, role, letters = '', hash = ''] = match;
  return { role: role === 'systemsem' ? 'lock' : 'memory', letters, hash };
}
