import { commands, l10n, window, type DebugSession } from 'vscode';
import { inventory } from '../core/leftovers/inventory';
import type { Leftover } from '../core/leftovers/leftover';
import type { Disposable } from '../shared/disposable';
import { fill } from '../shared/fill';
import { shortName } from '../shared/visibleName';
import type { LeftoverTree } from './leftoverTree';
import { setLeftoverNotice, temporaryDirectories } from './settings';
import { grouped, sizeText } from './text';

/** Programs may need a moment to end after their debugger: looked at after so many milliseconds each, until one is found. */
const looksMs = [200, 800, 2000, 5000];

/** Tells once, after a debug session has ended, what it left behind. */
export class DebugSessions implements Disposable {
  /** What existed before each session that runs, by its id. */
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #told = new Set<string>();
  #disposed = false;

  constructor(private readonly leftovers: LeftoverTree) {}

  /** Notes what exists, before the program of the session runs. */
  begin({ id }: DebugSession): void {
    this.#before.set(id, inventory(temporaryDirectories()));
  }

  /** Looks what is new and was left. */
  async end({ id, name }: DebugSession): Promise<void> {
    const before = this.#before.get(id);
    this.#before.delete(id);
    if (before === undefined) return;
    for (const delay of looksMs) {
      await new Promise((done) => setTimeout(done, delay).unref());
      if (this.#disposed) return;
      const found = await this.leftovers.refresh().catch(() => []);
      const left = found.filter(({ objects }) =>
        objects.some(({ identity }) => !before.has(identity) && !this.#told.has(identity)),
      );
      if (left.length === 0) continue;
      for (const { objects } of left) for (const { identity } of objects) this.#told.add(identity);
      this.leftovers.attribute(left, name);
      await notice(left, name);
      return;
    }
  }

  dispose(): void {
    this.#disposed = true;
  }
}

async function notice(left: readonly Leftover[], session: string): Promise<void> {
  const show = l10n.t('Show Leftovers');
  const remove = l10n.t('Remove…');
  const never = l10n.t("Don't Show Again");
  const size = left.reduce((sum, item) => sum + item.size, 0);
  const text = fill(
    l10n.t('{0} {0:leftover|leftovers} of shared memory since your debug session “{1}” ended: {2}.'),
    [grouped(left.length), shortName(session), sizeText(size)],
  );
  const chosen = await window.showInformationMessage(text, show, remove, never);
  if (chosen === show) await commands.executeCommand('segmentLens.leftovers.focus');
  if (chosen === never) await setLeftoverNotice(false);
  if (chosen === remove) {
    const nodes = left.map((item) => ({ type: 'leftover', item }) as const);
    await commands.executeCommand('segmentLens.removeLeftover', nodes[0], nodes);
  }
}
