import type { Memento } from 'vscode';
import { formatKey, parseKey, type NativeKey } from '../core/key';

const slot = 'typedKeys';
const most = 200;

/**
 * The keys that were typed here, or that stand in source text. A Qt key cannot be read back from the name that Qt derives from it, nor the path
 * of a key file from its segment: the list names such segments only where their keys are remembered.
 */
export class KeyMemory {
  readonly #suggested = new Map<string, NativeKey>();

  constructor(private readonly state: Memento) {}

  /** Qt's keys, latest first, then those that were suggested. */
  get qtKeys(): readonly string[] {
    const keys = [...this.#typed, ...this.#suggested.values()];
    return keys.flatMap((key) => ('legacyKey' in key ? [key.legacyKey] : []));
  }

  /** Latest first, then the key files that were suggested. */
  get keys(): readonly NativeKey[] {
    const files = [...this.#suggested.values()].filter(
      (key) => key.type === 'systemv' && !('legacyKey' in key),
    );
    return [...this.#typed, ...files];
  }

  /** Takes note of keys that a source text on screen has, until the window closes. Whether one of them is new. */
  suggest(keys: readonly NativeKey[]): boolean {
    const before = this.#suggested.size;
    for (const key of keys) if (before < most) this.#suggested.set(formatKey(key), key);
    return this.#suggested.size > before;
  }

  get #typed(): readonly NativeKey[] {
    return this.#ids.flatMap((id) => {
      try {
        return [parseKey(id)];
      } catch {
        return [];
      }
    });
  }

  async remember(key: NativeKey): Promise<void> {
    const id = formatKey(key);
    if (this.#ids[0] === id) return;
    await this.state.update(slot, [id, ...this.#ids.filter((known) => known !== id)].slice(0, most));
  }

  get #ids(): readonly string[] {
    return this.state.get<readonly string[]>(slot, []);
  }
}
