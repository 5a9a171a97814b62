import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { systemV } from './ipcKey';
import { parseLegacyName } from './legacyName';
import type { Native } from './native';

/** How long a directory must have been still before its listing is believed: mtime moves in ticks of some ms. */
const settledMs = 50;

/** What a directory names. */
interface Found {
  /** key_t → path of the key file of a segment's memory. */
  readonly memory: ReadonlyMap<number, string>;
  /** Paths of the key files of locks. */
  readonly locks: ReadonlySet<string>;
}

interface Listing {
  readonly modifiedMs: number;
  readonly settled: boolean;
  readonly found: Found;
}

/**
 * Qt's key files in the temporary directories: gives a System V segment its name back. A directory is read again
 * only after it changed.
 */
export class KeyFiles {
  readonly #listings = new Map<string, Listing>();
  #memory: ReadonlyMap<number, string> = new Map();
  #locks: ReadonlySet<string> = new Set();
  #current: readonly Found[] = [];
  #version = 0;

  constructor(
    private readonly native: Native,
    private readonly directories: () => readonly string[],
  ) {}

  /** Looks what changed; call before asking. */
  refresh(): void {
    const directories = new Set(this.directories().map(canonical));
    for (const known of this.#listings.keys()) if (!directories.has(known)) this.#listings.delete(known);
    const found = [...directories].map((directory) => this.#list(directory)).filter((one) => one !== null);
    if (found.length === this.#current.length && found.every((one, i) => one === this.#current[i])) return;
    this.#current = found;
    this.#version += 1;
    // The first directory wins: it is the likeliest.
    this.#memory = new Map(found.toReversed().flatMap(({ memory }) => [...memory]));
    this.#locks = new Set(found.flatMap(({ locks }) => [...locks]));
  }

  /** Grows with every change of what is known. */
  get version(): number {
    return this.#version;
  }

  /** Path of the key file whose ftok number is `key`; undefined where there is none. */
  memoryOf(key: number): string | undefined {
    return this.#memory.get(key);
  }

  /** Whether Qt's key file of a lock is there. */
  hasLock(path: string): boolean {
    return this.#locks.has(path);
  }

  /** The same object as long as the directory names the same. */
  #list(directory: string): Found | null {
    try {
      const { mtimeMs } = statSync(directory);
      const known = this.#listings.get(directory);
      if (known?.settled && known.modifiedMs === mtimeMs) return known.found;
      const settled = Date.now() - mtimeMs > settledMs;
      const found = this.#read(directory);
      const listing = {
        modifiedMs: mtimeMs,
        settled,
        found: known && sameFound(known.found, found) ? known.found : found,
      };
      this.#listings.set(directory, listing);
      return listing.found;
    } catch {
      // Gone, or closed to us: it names nothing.
      this.#listings.delete(directory);
      return null;
    }
  }

  #read(directory: string): Found {
    const memory = new Map<number, string>();
    const locks = new Set<string>();
    for (const name of readdirSync(directory)) {
      const role = name.startsWith('qipc_') ? parseLegacyName(name)?.role : undefined;
      if (!role) continue;
      const path = join(directory, name);
      if (role === 'lock') locks.add(path);
      else this.#addNumber(memory, path);
    }
    return { memory, locks };
  }

  #addNumber(memory: Map<number, string>, path: string): void {
    try {
      memory.set(this.native.ftok(path, systemV), path);
    } catch {
      // Removed since the directory was read.
    }
  }
}

function canonical(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory;
  }
}

function sameFound(a: Found, b: Found): boolean {
  return (
    a.memory.size === b.memory.size &&
    a.locks.size === b.locks.size &&
    [...a.memory].every(([key, path]) => b.memory.get(key) === path) &&
    [...a.locks].every((path) => b.locks.has(path))
  );
}
