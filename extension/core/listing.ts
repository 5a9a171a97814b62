import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import type { LockStatus } from '../shared/lock';
import { countAlive, type Attachments } from './attached';
import type { Entry } from './entry';
import { objectId } from './key';
import type { KeyFiles } from './keyFiles';
import { parseLegacyName } from './legacyName';
import { judgeLock, noLock } from './lock';
import { Names, type Name, type Remembered } from './names';
import type { LockAddress, Native, SegmentInfo } from './native';

/** Where glibc keeps named semaphores, among the segments. */
const semaphoreDirectory = '/dev/shm';

/** Turns what the system lists into entries: finds name, kind, lock and who is attached. */
export class Listing {
  readonly #names: Names;
  #last: readonly Entry[] = [];
  #lastAttachments: Attachments | null = null;

  constructor(
    private readonly native: Native,
    private readonly keyFiles: KeyFiles,
    private readonly remembered: Remembered,
  ) {
    this.#names = new Names(native, keyFiles, remembered);
  }

  /**
   * Every segment of the machine (on Windows: of its session, then those of all), System V first. One that did not change
   * is the entry that it was.
   */
  take(attachments: Attachments | null): readonly Entry[] {
    const isWindows = process.platform === 'win32';
    const systemV = isWindows ? [] : this.native.list('systemv');
    const posix = isWindows ? [] : withRemembered(this.native, this.native.list('posix'), this.remembered);
    const windows = isWindows ? this.native.list('windows') : [];
    this.keyFiles.refresh();
    this.#names.refresh();
    this.#names.forget(systemV, [...posix, ...windows]);
    const semaphores = listSemaphores();
    const entries: Entry[] = [];
    const add = (info: SegmentInfo, name: Name, lock: LockStatus): void => {
      const last = this.#last[entries.length];
      if (last?.info === info && last.key === name.key && last.lock === lock) {
        entries.push(last);
        return;
      }
      const attached = attachments === null ? null : attachments.of(info);
      const attachCount = info.attachCount ?? (attached && countAlive(attached));
      const { key, id, label, kind } = name;
      entries.push({ key, id, label, kind, info, lock, attached, attachCount });
    };
    if (attachments !== this.#lastAttachments) this.#last = [];
    for (const info of systemV) {
      const name = this.#names.systemV(info);
      const hasLock = name.lock !== null && 'path' in name.lock && this.#mayHaveLock(name.lock.path);
      add(info, name, hasLock ? this.#peek(name.lock) : noLock);
    }
    for (const info of posix) {
      const name = this.#names.posix(info);
      const hasLock =
        name.lock !== null && 'name' in name.lock && (semaphores === null || semaphores.has(name.lock.name));
      add(info, name, hasLock ? this.#peek(name.lock) : noLock);
    }
    for (const info of windows) {
      const name = this.#names.windows(info);
      add(info, name, name.lock === null ? noLock : this.#peek(name.lock));
    }
    this.#last = entries;
    this.#lastAttachments = attachments;
    return entries;
  }

  /** Qt's key files of locks are listed already; others have to be asked for. */
  #mayHaveLock(path: string): boolean {
    return this.keyFiles.hasLock(path) || parseLegacyName(basename(path)) === null;
  }

  #peek(address: LockAddress): LockStatus {
    return judgeLock(this.native.peekLock(address), address.mechanism, false);
  }
}

/** Finds an entry by identity string, with or without the Qt key in it. */
export function indexEntries(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const index = new Map<string, Entry>();
  for (const one of entries) index.set(objectId(one.key), one).set(one.id, one);
  return index;
}

/**
 * On macOS, also the POSIX segments that the user has a key of: the system tells only of those that a process of the same
 * user has a descriptor of.
 */
function withRemembered(
  native: Native,
  listed: readonly SegmentInfo[],
  { keys }: Remembered,
): readonly SegmentInfo[] {
  if (process.platform !== 'darwin') return listed;
  const names = new Set(listed.map(({ name }) => name));
  const found = keys().flatMap((key): readonly SegmentInfo[] => {
    if (key.type !== 'posix' || names.has(key.name)) return [];
    names.add(key.name);
    try {
      return [native.info({ mechanism: 'posix', name: key.name })];
    } catch {
      return [];
    }
  });
  return [...listed, ...found];
}

/** The names of POSIX semaphores, with their slash; null where the system does not list them. */
function listSemaphores(): ReadonlySet<string> | null {
  if (process.platform === 'darwin') return null;
  try {
    const files = readdirSync(semaphoreDirectory).filter((name) => name.startsWith('sem.'));
    return new Set(files.map((name) => `/${name.slice('sem.'.length)}`));
  } catch {
    return new Set();
  }
}
