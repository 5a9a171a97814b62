import { commands, l10n, window, workspace } from 'vscode';
import { gestureIds } from '../shared/gestures';
import { causes } from '../core/doctor/finding';
import type { Action } from '../shared/protocol';
import { tell } from './ask';
import { exportBookmarks, importBookmarks } from './commands/bookmarks';
import { breakOnChange, editBreak, removeBreak, showBreak } from './commands/changeBreaks';
import { compareWith, rememberMoment } from './commands/compare';
import { changesSince } from './commands/since';
import { createSegment } from './commands/create';
import { explain } from './commands/explain';
import { openFromVariable } from './commands/fromCode';
import { saveSelection, saveToFile, writeFile } from './commands/files';
import { removeAllLeftovers, removeLeftover } from './commands/leftovers';
import { attach, detach, recreate, remove, reopen } from './commands/lifeCycle';
import { lock, unlock } from './commands/lock';
import { addLock, findLocksInSegment, pairSemaphore, removeLock } from './commands/locks';
import { copyNativeKey, openInEditor, openInPanel, openLiveView } from './commands/open';
import { copyPid, showProcess } from './commands/process';
import { repairLockOf } from './commands/repairLock';
import { openSharedMapping } from './commands/sharedMapping';
import { copyAddress, showInMemoryView } from './commands/toCode';
import { goToOffset, perform, setRate } from './commands/view';
import { writeBytes } from './commands/write';
import type { Context, LoadedContext } from './context';
import { restrictedText } from './description';
import { phrase, parts } from './phrases';
import { setShowHidden, showHidden } from './settings';
import { resolveTarget, type Target } from './target';
import { Viewer } from './viewer';

/** What a command needs before it can run; `register` sees to it and says so where it cannot be had. */
type Command =
  | { readonly needs: 'nothing'; readonly run: (context: Context) => unknown }
  | {
      readonly needs: 'system';
      /** Changes the system: refused in a workspace that is not trusted. */
      readonly changes?: true;
      readonly run: (context: LoadedContext, argument: unknown, option: unknown) => unknown;
    }
  | {
      readonly needs: 'segment';
      readonly changes?: true;
      /** Works by the name of the segment: memory of a process has none. */
      readonly named?: true;
      readonly title: () => string;
      readonly run: (context: LoadedContext, target: Target, option: unknown) => unknown;
    }
  | {
      readonly needs: 'viewer';
      readonly changes?: true;
      readonly run: (context: Context, viewer: Viewer, option: unknown) => unknown;
    };

/** Every command, by its id without the prefix `segmentLens.`; package.json gives each its title and places. */
export const table: Readonly<Record<string, Command>> = {
  createSegment: { needs: 'system', changes: true, run: (context) => createSegment(context) },
  openLiveView: { needs: 'system', run: openLiveView },
  openInEditor: { needs: 'segment', title: () => l10n.t('Open in an Editor'), run: openInEditor },
  openInPanel: { needs: 'segment', title: () => l10n.t('Open in the Panel'), run: openInPanel },
  attach: { needs: 'segment', changes: true, title: () => l10n.t('Attach'), run: attach },
  detach: { needs: 'segment', changes: true, title: () => l10n.t('Detach'), run: detach },
  writeBytes: { needs: 'segment', changes: true, title: () => l10n.t('Write Bytes'), run: writeBytes },
  writeFile: {
    needs: 'segment',
    changes: true,
    title: () => l10n.t('Write File into Segment'),
    run: writeFile,
  },
  saveToFile: { needs: 'segment', title: () => l10n.t('Save Segment to File'), run: saveToFile },
  saveSelection: { needs: 'viewer', run: saveSelection },
  exportBookmarks: { needs: 'viewer', run: exportBookmarks },
  importBookmarks: { needs: 'viewer', run: importBookmarks },
  compareWith: { needs: 'viewer', run: compareWith },
  rememberMoment: { needs: 'viewer', run: rememberMoment },
  changesSinceStop: { needs: 'viewer', run: changesSince('stop') },
  changesSinceStep: { needs: 'viewer', run: changesSince('step') },
  changesSinceStart: { needs: 'viewer', run: changesSince('start') },
  breakOnChange: { needs: 'viewer', run: breakOnChange },
  editBreak: { needs: 'system', run: editBreak },
  removeBreak: { needs: 'system', run: removeBreak },
  showBreak: { needs: 'system', run: showBreak },
  openFromVariable: { needs: 'system', run: openFromVariable },
  copyAddress: { needs: 'viewer', run: copyAddress },
  showInMemoryView: { needs: 'viewer', run: showInMemoryView },
  findLocks: { needs: 'viewer', run: findLocksInSegment },
  addLock: { needs: 'viewer', run: addLock },
  pairSemaphore: { needs: 'viewer', run: pairSemaphore },
  removeLock: { needs: 'viewer', run: removeLock },
  repairLock: { needs: 'segment', changes: true, title: () => l10n.t('Repair Lock'), run: repairLockOf },
  lock: { needs: 'segment', changes: true, title: () => l10n.t('Lock'), run: lock },
  unlock: { needs: 'segment', changes: true, title: () => l10n.t('Unlock'), run: unlock },
  recreate: {
    needs: 'segment',
    changes: true,
    named: true,
    title: () => l10n.t('Recreate with Another Size'),
    run: recreate,
  },
  remove: {
    needs: 'segment',
    changes: true,
    named: true,
    title: () => l10n.t('Remove Segment'),
    run: remove,
  },
  removeLeftover: { needs: 'system', changes: true, run: removeLeftover },
  removeAllLeftovers: { needs: 'system', changes: true, run: removeAllLeftovers },
  reopen: { needs: 'segment', title: () => l10n.t('Reopen'), run: reopen },
  explain: { needs: 'system', run: explain },
  showProcess: { needs: 'system', run: showProcess },
  copyPid: { needs: 'system', run: copyPid },
  openSharedMapping: { needs: 'system', run: openSharedMapping },
  copyNativeKey: { needs: 'segment', title: () => l10n.t('Copy Native Key'), run: copyNativeKey },
  refresh: {
    needs: 'system',
    run: ({ tree, leftovers }) => Promise.all([tree.refresh(), leftovers.refresh()]),
  },
  toggleHidden: { needs: 'system', run: () => setShowHidden(!showHidden()) },
  showLog: {
    needs: 'nothing',
    run: ({ log }) => {
      log.show();
    },
  },
  goToOffset: { needs: 'viewer', run: goToOffset },
  setRate: { needs: 'viewer', run: setRate },
  ...performed(),
};

/** The commands that the view itself carries out. */
function performed(): Readonly<Record<string, Command>> {
  return Object.fromEntries(
    gestureIds.map((gesture) => [gesture, { needs: 'viewer', run: perform(gesture) }]),
  );
}

/** Runs a command of the table. No command throws: what fails is said and logged. */
export async function runCommand(
  context: Context,
  name: string,
  argument: unknown,
  option: unknown,
): Promise<unknown> {
  const command = table[name];
  if (command === undefined) return undefined;
  const about: About = { id: null };
  return guarded(context, name, about, () => run(context, command, argument, option, about));
}

/** Does what a tool of a live view asks for. */
export async function act(context: Context, action: Action, viewer: Viewer, option?: string): Promise<void> {
  await runCommand(context, commandOf[action], viewer, option);
}

const commandOf: Readonly<Record<Action, string>> = {
  lock: 'lock',
  unlock: 'unlock',
  attach: 'attach',
  detach: 'detach',
  write: 'writeBytes',
  writeFile: 'writeFile',
  save: 'saveToFile',
  saveSelection: 'saveSelection',
  exportBookmarks: 'exportBookmarks',
  importBookmarks: 'importBookmarks',
  compareWith: 'compareWith',
  rememberMoment: 'rememberMoment',
  changesSinceStop: 'changesSinceStop',
  breakOnChange: 'breakOnChange',
  copyAddress: 'copyAddress',
  showInMemoryView: 'showInMemoryView',
  recreate: 'recreate',
  remove: 'remove',
  goTo: 'goToOffset',
  findLocks: 'findLocks',
  addLock: 'addLock',
  pairSemaphore: 'pairSemaphore',
  repairLock: 'repairLock',
  reopen: 'reopen',
  copyKey: 'copyNativeKey',
  openInEditor: 'openInEditor',
  showLog: 'showLog',
  showProcess: 'showProcess',
  openSharedMapping: 'openSharedMapping',
  copyPid: 'copyPid',
};

/** What a command turned out to act on, known once it runs. */
interface About {
  id: string | null;
}

async function run(
  context: Context,
  command: Command,
  argument: unknown,
  option: unknown,
  about: About,
): Promise<unknown> {
  switch (command.needs) {
    case 'nothing':
      return command.run(context);
    case 'viewer': {
      // Without the addon no view could be opened first.
      context.door.open();
      const viewer = argument instanceof Viewer ? argument : context.viewers.active;
      if (viewer === null) throw new Error(l10n.t('Open a live view first.'));
      if (command.changes === true && !(await trusted())) return undefined;
      return command.run(context, viewer, option);
    }
    case 'system': {
      const loaded = { ...context, system: context.door.open() };
      if (command.changes === true && !(await trusted())) return undefined;
      return command.run(loaded, argument, option);
    }
    case 'segment': {
      const loaded = { ...context, system: context.door.open() };
      if (command.changes === true && !(await trusted())) return undefined;
      const target = await resolveTarget(loaded, argument, command.title());
      about.id = target?.id ?? null;
      if (command.named === true && target?.key.type === 'process')
        throw new Error(
          l10n.t('Memory of a process has no name here: it goes when the last process lets go of it.'),
        );
      return target === null ? undefined : command.run(loaded, target, option);
    }
  }
}

async function trusted(): Promise<boolean> {
  if (workspace.isTrusted) return true;
  const manage = l10n.t('Manage Workspace Trust');
  const chosen = await window.showWarningMessage(restrictedText(), manage);
  if (chosen === manage) await commands.executeCommand('workbench.trust.manage');
  return false;
}

async function guarded(
  context: Context,
  name: string,
  about: About,
  body: () => Promise<unknown>,
): Promise<unknown> {
  try {
    return await body();
  } catch (error) {
    const { code, facts, message } = parts(error);
    // The user gave it up, and knows.
    if (facts.call === 'cancel') return undefined;
    context.log.warn(`${name}: ${code}: ${message} ${JSON.stringify(facts)} (${phrase(error)})`);
    const id = about.id ?? facts.id ?? facts.tried?.[0] ?? null;
    const isExplained = id !== null && causes[code] !== undefined && facts.rule === undefined;
    const why = (): void => void runCommand(context, 'explain', id, { code, facts });
    tell(
      error,
      () => {
        context.log.show();
      },
      isExplained ? why : null,
    );
    return undefined;
  }
}
