import { l10n, window, type DebugSession, type Memento } from 'vscode';
import { ancestorAmong } from '../../core/ancestors';
import { Attachments } from '../../core/attached';
import { keyLabel, sameKey, type NativeKey } from '../../core/key';
import { hiddenKinds } from '../../core/kinds/index';
import type { Disposable } from '../../shared/disposable';
import { shortName, visibleName } from '../../shared/visibleName';
import { openPanelOnStop, setOpenPanelOnStop } from '../settings';
import type { SystemDoor } from '../system';
import type { Viewers } from '../viewers';
import type { Debuggee, Debuggees } from './debuggees';

const slot = 'panelOffered';

/**
 * Opens the panel's live view, or offers to, at the first stop of a session whose processes have a segment, unless a view
 * that shows has one of theirs, or the panel is used for another.
 */
export class PanelOnStop implements Disposable {
  /** The stops that were looked at, and the sessions that need no more. */
  readonly #seen = new WeakSet<object>();
  readonly #subscription: Disposable;

  constructor(
    private readonly door: SystemDoor,
    private readonly debuggees: Debuggees,
    private readonly viewers: Viewers,
    private readonly state: Memento,
    private readonly show: (key: NativeKey) => Promise<void>,
  ) {
    // Some debuggers tell the process only after the stop.
    this.#subscription = debuggees.onDidChange(() => {
      for (const debuggee of debuggees.all) this.#look(debuggee);
    });
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #look({ session, state: { standing, stop, pid } }: Debuggee): void {
    if (standing !== 'stopped' || stop === null || pid === null) return;
    if (this.#seen.has(session) || this.#seen.has(stop) || !this.#isWanted) return;
    this.#seen.add(stop);
    // Who cannot be looked at has no segment to show.
    void this.#open(session, pid).catch(() => undefined);
  }

  get #isWanted(): boolean {
    const choice = openPanelOnStop();
    return choice === 'always' || (choice === 'offer' && this.state.get(slot) !== true);
  }

  async #open(session: DebugSession, pid: number): Promise<void> {
    const keys = await this.#keysOf(session, pid);
    const [first] = keys;
    if (first === undefined || this.#seen.has(session) || !this.#isWanted) return;
    this.#seen.add(session);
    const showing = this.viewers.all.filter(({ visible, document }) => visible && document !== null);
    if (
      showing.some(
        ({ place, key }) => place === 'panel' || keys.some((one) => key !== null && sameKey(one.key, key)),
      )
    )
      return;
    if (openPanelOnStop() === 'always') await this.show(first.key);
    else await this.#offer(session, first.key);
  }

  async #offer(session: DebugSession, key: NativeKey): Promise<void> {
    await this.state.update(slot, true);
    const [show, always, never] = [l10n.t('Show'), l10n.t('Always'), l10n.t('Never')];
    const text = l10n.t(
      '“{0}” has the shared memory {1}. Show its bytes in the panel?',
      visibleName(session.name),
      shortName(keyLabel(key)),
    );
    const chosen = await window.showInformationMessage(text, show, always, never);
    if (chosen === always) await setOpenPanelOnStop('always');
    if (chosen === never) await setOpenPanelOnStop('never');
    if (chosen === show || chosen === always) await this.show(key);
  }

  /** The segments that the process and what it started have mapped. */
  async #keysOf(session: DebugSession, pid: number) {
    const { native, catalog } = this.door.open();
    const scan = await native.scanProcesses();
    const family = new Set(
      scan.processes.map((one) => one.pid).filter((one) => ancestorAmong(one, new Set([pid])) !== null),
    );
    for (const one of family) this.debuggees.saw(session, one);
    const attachments = new Attachments(scan);
    return (await catalog.refresh()).filter(
      ({ info, kind }) =>
        !hiddenKinds.includes(kind) && attachments.of(info).some((one) => family.has(one.pid)),
    );
  }
}
