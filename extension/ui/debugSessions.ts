import { commands, l10n, window, workspace, type DebugSession, type LogOutputChannel } from 'vscode';
import { cleanUpOf } from '../core/debug/cleanUp';
import { inventory } from '../core/leftovers/inventory';
import { isSafe, type Leftover } from '../core/leftovers/leftover';
import type { Disposable } from '../shared/disposable';
import { fill } from '../shared/fill';
import { shortName } from '../shared/visibleName';
import type { LeftoverTree } from './leftoverTree';
import { leftoverNotice, setLeftoverNotice, temporaryDirectories } from './settings';
import type { SystemDoor } from './system';
import { grouped, sizeText } from './text';

/** Programs may need a moment to end after their debugger: looked at after so many milliseconds each, until one is found. */
const looksMs = [200, 800, 2000, 5000];

/**
 * Tells once, after a debug session has ended, what it left behind; removes what is surely its own where its debug
 * configuration says so (`cleanUp`).
 */
export class DebugSessions implements Disposable {
  /** What existed before each session that runs, by its id. */
  readonly #before = new Map<string, ReadonlySet<string>>();
  readonly #told = new Set<string>();
  #disposed = false;

  /** `pidsOf`: every process that is known to have run under a session. */
  constructor(
    private readonly leftovers: LeftoverTree,
    private readonly door: SystemDoor,
    private readonly log: LogOutputChannel,
    private readonly pidsOf: (session: DebugSession) => ReadonlySet<number>,
  ) {}

  /** Whether anything is to be done for a session: by its debug configuration, else by the setting. */
  wants({ parentSession, configuration }: DebugSession): boolean {
    if (parentSession !== undefined) return false;
    const cleanUp = cleanUpOf(configuration['segmentLens']);
    return cleanUp === null ? leftoverNotice() : cleanUp !== 'never';
  }

  /** Notes what exists, before the program of the session runs. */
  begin({ id }: DebugSession): void {
    this.#before.set(id, inventory(temporaryDirectories()));
  }

  /** Looks what is new and was left; nothing for a session that was not begun. */
  async end(session: DebugSession): Promise<void> {
    const { id, name, configuration } = session;
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
      const isSure = (item: Leftover): boolean => this.#isSure(item, before, session);
      const own =
        cleanUpOf(configuration['segmentLens']) === 'always' && workspace.isTrusted
          ? left.filter(isSure)
          : [];
      if (own.length > 0) await this.#remove(own, name);
      const rest = left.filter((item) => !own.includes(item));
      if (rest.length > 0) await notice(rest, name);
      return;
    }
  }

  dispose(): void {
    this.#disposed = true;
  }

  /** Nobody can use it, nothing of it is older than the session, and the system says that a process of it made it. */
  #isSure(item: Leftover, before: ReadonlySet<string>, session: DebugSession): boolean {
    const [first] = item.objects;
    if (first?.type !== 'segment' || !isSafe(item)) return false;
    if (item.objects.some(({ identity }) => before.has(identity))) return false;
    try {
      const { creatorPid } = this.door.open().native.info(first.address);
      return creatorPid !== null && this.pidsOf(session).has(creatorPid);
    } catch {
      return false;
    }
  }

  async #remove(own: readonly Leftover[], session: string): Promise<void> {
    const { removeNow } = await import('./later');
    const text = l10n.t('The debug session “{0}” ended.', shortName(session));
    await removeNow({ leftovers: this.leftovers, system: this.door.open(), log: this.log }, own, text);
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
