import type { DebugAdapterTracker, DebugSession, LogOutputChannel } from 'vscode';
import type { BreakBook } from '../../core/debug/changeBreak';
import type { Disposable } from '../../shared/disposable';
import type { SystemDoor } from '../system';
import type { Viewers } from '../viewers';
import type { BreakTree } from './breakTree';
import { ChangeBreaks } from './changeBreaks';
import { Debuggees } from './debuggees';
import { tellHit, tellWatchpoint } from './hitNotice';
import { Stops } from './stops';
import { Watchpoints } from './watchpoints';

/** What the extension does while programs are debugged. */
export class Debugging implements Disposable {
  readonly debuggees = new Debuggees();
  readonly breaks: ChangeBreaks;
  readonly stops: Stops;
  readonly watchpoints: Watchpoints;

  constructor(
    readonly book: BreakBook,
    door: SystemDoor,
    viewers: Viewers,
    log: LogOutputChannel,
    tree: BreakTree,
  ) {
    const { debuggees } = this;
    this.stops = new Stops(viewers, debuggees, log);
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
    for (const part of [this.watchpoints, this.breaks, this.stops, this.debuggees]) part.dispose();
  }
}
