import type { LogOutputChannel, Uri } from 'vscode';
import type { Bookmarks } from '../core/bookmarks';
import type { BreakBook } from '../core/debug/changeBreak';
import type { LockBook } from '../core/locks/lockBook';
import type { Moments } from '../core/moments';
import type { DebugProcesses } from './debug/debuggees';
import type { Debugging } from './debug/debugging';
import type { Explanations } from './explanations';
import type { KeyMemory } from './keyMemory';
import type { LeftoverTree } from './leftoverTree';
import type { LivePanel } from './panel';
import type { System, SystemDoor } from './system';
import type { SegmentTree } from './tree';
import type { Viewers } from './viewers';

/** What commands work with; extension.ts builds it. */
export interface Context {
  readonly extensionUri: Uri;
  readonly log: LogOutputChannel;
  readonly door: SystemDoor;
  readonly memory: KeyMemory;
  readonly bookmarks: Bookmarks;
  readonly locks: LockBook;
  readonly breaks: BreakBook;
  /** Loads what the extension does while programs are debugged. */
  readonly debugging: () => Promise<Debugging>;
  readonly moments: Moments;
  readonly tree: SegmentTree;
  readonly leftovers: LeftoverTree;
  readonly explanations: Explanations;
  readonly debugged: DebugProcesses;
  readonly panel: LivePanel;
  readonly viewers: Viewers;
}

/** A context whose system is loaded. */
export interface LoadedContext extends Context {
  readonly system: System;
}
