import { readdirSync } from 'node:fs';
import type { LockStatus } from '../shared/lock';
import type { Attachments } from './attached';
import type { Entry } from './entry';
import { systemV } from './ipcKey';
import { formatKey, keyLabel, legacyNameOf, lockAddress, objectId, type NativeKey } from './key';
import type { KeyFiles } from './keyFiles';
import { kindOf, type Kind } from './kinds/index';
import { legacyHash } from './legacyName';
import { judgeLock, noLock } from './lock';
import type { LockAddress, Native, SegmentInfo } from './native';

/** Where glibc keeps named semaphores, among the segments. */
const semaphoreDirectory = '/dev/shm';

/** Turns what the system lists into entries: finds key, Qt key, kind, lock and who is attached. */
export class Listing {
  /** What a System V segment was before its removal took its number. */
  readonly #known = new Map<number, { readonly key: NativeKey; readonly kind: Kind }>();
  #hashes: { readonly keys: readonly string[]; readonly byHash: ReadonlyMap<string, string> } = {
    keys: [],
    byHash: new Map(),
  };

  constructor(
    private readonly native: Native,
    private readonly keyFiles: KeyFiles,
    private readonly rememberedQtKeys: () => readonly string[],
    private readonly rememberedKeys: () => readonly NativeKey[],
  ) {}

  /** Every segment of the machine, System V first. */
  take(attachments: Attachments | null): readonly Entry[] {
    this.keyFiles.refresh();
    this.#hash();
    const semaphores = listSemaphores();
    const remembered = this.#rememberedNumbers();
    const systemVInfos = this.native.list('systemv');
    this.#forget(systemVInfos);
    return [
      ...systemVInfos.map((info) => this.#systemV(info, remembered, attachments)),
      ...this.native.list('posix').map((info) => this.#posix(info, semaphores, attachments)),
    ];
  }

  #systemV(
    info: SegmentInfo,
    remembered: ReadonlyMap<number, NativeKey>,
    attachments: Attachments | null,
  ): Entry {
    const shmid = info.shmid ?? 0;
    const number = info.key ?? 0;
    const before = this.#known.get(shmid);
    if (number === 0 || info.removed) {
      const key: NativeKey = { type: 'systemv-id', shmid };
      const kind = before?.kind ?? kindOf({ key, number: 0, removed: info.removed });
      const label = before ? keyLabel(before.key) : keyLabel(key);
      return { ...entry(key, info, noLock, attachments), kind, label };
    }
    const key = this.#systemVKey(number, remembered);
    const kind = kindOf({ key, number, removed: false });
    this.#known.set(shmid, { key, kind });
    return { ...entry(key, info, this.#systemVLock(key), attachments), kind };
  }

  #systemVKey(number: number, remembered: ReadonlyMap<number, NativeKey>): NativeKey {
    const path = this.keyFiles.memoryOf(number);
    if (path !== undefined) return this.#withQtKey({ type: 'systemv', path, projectId: systemV });
    return remembered.get(number) ?? { type: 'systemv-key', key: number };
  }

  #posix(info: SegmentInfo, semaphores: ReadonlySet<string>, attachments: Attachments | null): Entry {
    const key = this.#withQtKey({ type: 'posix', name: info.name ?? '/' });
    const kind = kindOf({ key, number: null, removed: info.removed });
    const address = lockAddress(key);
    const hasLock = address && 'name' in address && semaphores.has(address.name.slice(1));
    return { ...entry(key, info, hasLock ? this.#peek(address) : noLock, attachments), kind };
  }

  #systemVLock(key: NativeKey): LockStatus {
    const address = lockAddress(key);
    if (!address || !('path' in address)) return noLock;
    const isQt = legacyNameOf(key)?.role === 'memory';
    return isQt && !this.keyFiles.hasLock(address.path) ? noLock : this.#peek(address);
  }

  #peek(address: LockAddress): LockStatus {
    return judgeLock(this.native.peekLock(address), address.mechanism, false);
  }

  /** Adds the Qt key where one that we remember has this hash. */
  #withQtKey(key: Extract<NativeKey, { readonly legacyKey?: string }>): NativeKey {
    const name = legacyNameOf(key);
    const legacyKey = name?.role === 'memory' ? this.#hashes.byHash.get(name.hash) : undefined;
    return legacyKey === undefined ? key : { ...key, legacyKey };
  }

  #hash(): void {
    const keys = this.rememberedQtKeys();
    if (keys.length === this.#hashes.keys.length && keys.every((key, i) => key === this.#hashes.keys[i]))
      return;
    this.#hashes = { keys: [...keys], byHash: new Map(keys.map((key) => [legacyHash(key), key])) };
  }

  #rememberedNumbers(): ReadonlyMap<number, NativeKey> {
    const numbers = new Map<number, NativeKey>();
    for (const key of this.rememberedKeys()) {
      if (key.type !== 'systemv') continue;
      try {
        numbers.set(this.native.ftok(key.path, key.projectId), key);
      } catch {
        // Its key file is not there: no segment can be found by it.
      }
    }
    return numbers;
  }

  #forget(infos: readonly SegmentInfo[]): void {
    if (this.#known.size <= infos.length) return;
    const present = new Set(infos.map(({ shmid }) => shmid));
    for (const shmid of this.#known.keys()) if (!present.has(shmid)) this.#known.delete(shmid);
  }
}

/** Finds an entry by identity string, with or without the Qt key in it. */
export function indexEntries(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const index = new Map<string, Entry>();
  for (const one of entries) index.set(objectId(one.key), one).set(one.id, one);
  return index;
}

function entry(
  key: NativeKey,
  info: SegmentInfo,
  lock: LockStatus,
  attachments: Attachments | null,
): Omit<Entry, 'kind'> {
  const attached = attachments?.of(info) ?? null;
  const attachCount = info.attachCount ?? attached?.length ?? null;
  return { key, id: formatKey(key), label: keyLabel(key), info, lock, attached, attachCount };
}

function listSemaphores(): ReadonlySet<string> {
  try {
    const files = readdirSync(semaphoreDirectory).filter((name) => name.startsWith('sem.'));
    return new Set(files.map((name) => name.slice('sem.'.length)));
  } catch {
    return new Set();
  }
}
