import type { Memento } from 'vscode';

const slot = 'qtKeys';
const most = 200;

/**
 * The Qt keys that were typed here. A Qt key cannot be read back from the name that Qt derives from it, so the
 * list names a segment by its key only where the key is remembered.
 */
export class KeyMemory {
  constructor(private readonly state: Memento) {}

  /** Latest first. */
  get keys(): readonly string[] {
    return this.state.get<readonly string[]>(slot, []);
  }

  async remember(key: string): Promise<void> {
    if (this.keys[0] === key) return;
    await this.state.update(slot, [key, ...this.keys.filter((known) => known !== key)].slice(0, most));
  }
}
