import type { DebugAdapterTracker, DebugSession, LogOutputChannel, Memento } from 'vscode';
import type { BreakBook } from '../../core/debug/changeBreak';
import type { NativeKey } from '../../core/key';
import type { Disposable } from '../../shared/disposable';
import type { SystemDoor } from '../system';
import type { KeyMemory } from '../keyMemory';
import type { Viewers } from '../viewers';
import type { BreakTree } from './breakTree';
import { ChangeBreaks } from './changeBreaks';
import { Debuggees } from './debuggees';
import { tellHit, tellWatchpoint } from './hitNotice';
import { Launches } from './launches';
import { PanelOnStop } from './panelOnStop';
import { Returns } from './returns';
import { keepStanding } from './standing';
import { Stops } from './stops';
import { Watchpoints } from './watchpoints';

/** What the extension does while programs are debugged. */
export class Debugging implements Disposable {
  readonly debuggees: Debuggees;
  readonly launches: Launches;
  readonly breaks: ChangeBreaks;
  readonly stops: Stops;
  readonly watchpoints: Watchpoints;
  readonly #parts: readonly Disposable[];

  constructor(
    readonly book: BreakBook,
    door: SystemDoor,
    viewers: Viewers,
    log: LogOutputChannel,
    tree: BreakTree,
    processes: Map<number, DebugSession>,
    memory: KeyMemory,
    state: Memento,
    show: (key: NativeKey) => Promise<void>,
  ) {
    const debuggees = new Debuggees(processes, log);
    this.debuggees = debuggees;
    this.launches = new Launches(book, door, debuggees, memory);
    debuggees.onDidChange(() => {
      const stopped = [...debuggees.byPid].filter(([, { state }]) => state.standing === 'stopped');
      if (keepStanding(new Set(stopped.map(([pid]) => pid))))
        for (const viewer of viewers.all) viewer.refresh();
    });
    this.#parts = [new PanelOnStop(door, debuggees, viewers, state, show), new Returns(door, debuggees)];
    this.stops = new Stops(viewers, debuggees, log, (session) => this.launches.remembersStops(session));
    this.breaks = new ChangeBreaks(
      book,
      door,
      debuggees,
      log,
      (told) => void tellHit(door, book, told),
      () => {
        tree.update();
      },
    );
    this.watchpoints = new Watchpoints(book, door, debuggees, log, (broken, debuggee) => {
      this.breaks.count(broken);
      void tellWatchpoint(book, broken, debuggee);
    });
  }

  track(session: DebugSession): DebugAdapterTracker {
    return this.debuggees.track(session);
  }

  dispose(): void {
    for (const part of [
      ...this.#parts,
      this.watchpoints,
      this.breaks,
      this.stops,
      this.launches,
      this.debuggees,
    ])
      part.dispose();
  }
}
