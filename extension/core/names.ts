import { systemV } from './ipcKey';
import { formatKey, keyLabel, legacyNameOf, lockAddress, type NativeKey } from './key';
import type { KeyFiles } from './keyFiles';
import { kindOf, type Kind } from './kinds/index';
import { legacyHash, legacyNameOnMac } from './legacyName';
import type { LockAddress, Native, SegmentInfo } from './native';

/** What a segment is called, and which lock belongs to it. */
export interface Name {
  readonly key: NativeKey;
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  readonly lock: LockAddress | null;
}

/** What the user knows that no listing can find out. */
export interface Remembered {
  /** Qt keys: a hash is tested against them. */
  readonly qtKeys: () => readonly string[];
  /** Keys by path: their key files may be anywhere. */
  readonly keys: () => readonly NativeKey[];
}

/** Gives the segments of a listing their names; each is worked out once, until what is known changes. */
export class Names {
  readonly #names = new Map<string | number, Name>();
  /** What a System V segment was called before its removal took its number. */
  readonly #numbered = new Map<number, Name>();
  #qtKeys: readonly string[] = [];
  #keys: readonly NativeKey[] = [];
  #keyFilesVersion = -1;
  #byHash: ReadonlyMap<string, string> = new Map();
  /** By what is left of the hash in a POSIX name on macOS. */
  #byName: ReadonlyMap<string, string> = new Map();

  constructor(
    private readonly native: Native,
    private readonly keyFiles: KeyFiles,
    private readonly remembered: Remembered,
  ) {}

  /** Takes note of what is known now; call before a round of naming. */
  refresh(): void {
    const qtKeys = this.remembered.qtKeys();
    const keys = this.remembered.keys();
    const { version } = this.keyFiles;
    // A remembered key file may come and go without a sign.
    const isSame = sameItems(qtKeys, this.#qtKeys) && keys.length === 0 && this.#keys.length === 0;
    if (isSame && version === this.#keyFilesVersion) return;
    this.#names.clear();
    this.#byHash = new Map(qtKeys.map((key) => [legacyHash(key), key]));
    if (process.platform === 'darwin') {
      this.#byName = new Map(qtKeys.map((key) => [legacyNameOnMac(key), key]));
    }
    this.#qtKeys = [...qtKeys];
    this.#keys = keys;
    this.#keyFilesVersion = version;
  }

  posix(info: SegmentInfo): Name {
    const name = info.name ?? '/';
    return this.#once(name, () => describe(this.#withQtKey({ type: 'posix', name }), null, false));
  }

  windows(info: SegmentInfo): Name {
    const name = info.name ?? '';
    return this.#once(name, () => describe(this.#withQtKey({ type: 'windows', name }), null, false));
  }

  systemV(info: SegmentInfo): Name {
    const shmid = info.shmid ?? 0;
    const number = info.key ?? 0;
    if (number === 0 || info.removed) {
      const before = this.#numbered.get(shmid);
      const nameless = describe({ type: 'systemv-id', shmid }, 0, info.removed);
      return before ? { ...nameless, kind: before.kind, label: before.label } : nameless;
    }
    const name = this.#once(number, () => describe(this.#systemVKey(number), number, false));
    this.#numbered.set(shmid, name);
    return name;
  }

  /** Forgets what is not among these any more. */
  forget(systemVInfos: readonly SegmentInfo[], namedInfos: readonly SegmentInfo[]): void {
    if (this.#numbered.size > systemVInfos.length) {
      const present = new Set(systemVInfos.map(({ shmid }) => shmid));
      for (const shmid of this.#numbered.keys()) if (!present.has(shmid)) this.#numbered.delete(shmid);
    }
    if (this.#names.size > 2 * (systemVInfos.length + namedInfos.length)) this.#names.clear();
  }

  #once(place: string | number, make: () => Name): Name {
    const known = this.#names.get(place);
    if (known) return known;
    const name = make();
    this.#names.set(place, name);
    return name;
  }

  #systemVKey(number: number): NativeKey {
    const path = this.keyFiles.memoryOf(number);
    if (path !== undefined) return this.#withQtKey({ type: 'systemv', path, projectId: systemV });
    return this.#keys.find((key) => this.#hasNumber(key, number)) ?? { type: 'systemv-key', key: number };
  }

  #hasNumber(key: NativeKey, number: number): boolean {
    if (key.type !== 'systemv') return false;
    try {
      return this.native.ftok(key.path, key.projectId) === number;
    } catch {
      // Its key file is not there: no segment can be found by it.
      return false;
    }
  }

  /** Adds the Qt key where one that we remember has this hash. */
  #withQtKey(key: Extract<NativeKey, { readonly legacyKey?: string }>): NativeKey {
    const name = legacyNameOf(key);
    const legacyKey =
      (name?.role === 'memory' ? this.#byHash.get(name.hash) : undefined) ??
      (key.type === 'posix' ? this.#byName.get(key.name) : undefined);
    return legacyKey === undefined ? key : { ...key, legacyKey };
  }
}

function describe(key: NativeKey, number: number | null, removed: boolean): Name {
  return {
    key,
    id: formatKey(key),
    label: keyLabel(key),
    kind: kindOf({ key, number, removed }),
    lock: lockAddress(key),
  };
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
