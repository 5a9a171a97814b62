import type { Memento } from 'vscode';
import { formatKey, parseKey, type NativeKey } from '../core/key';

const slot = 'typedKeys';
const most = 200;

/**
 * The keys that were typed here. A Qt key cannot be read back from the name that Qt derives from it, nor the path
 * of a key file from its segment: the list names such segments only where their keys are remembered.
 */
export class KeyMemory {
  constructor(private readonly state: Memento) {}

  /** Qt's keys, latest first. */
  get qtKeys(): readonly string[] {
    return this.keys.flatMap((key) => ('legacyKey' in key ? [key.legacyKey] : []));
  }

  /** Latest first. */
  get keys(): readonly NativeKey[] {
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
