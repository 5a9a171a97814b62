import { commands, debug, window, type DebugSession, type Terminal } from 'vscode';
import { ancestors } from '../core/ancestors';
import { rootSession } from './debug/rootSession';
import type { DebugProcesses } from './debug/debuggees';

/** More sessions than anyone debugs at once. */
const mostSessions = 32;

/**
 * Brings forward what runs the process: the debug session or the terminal whose process it is, or is an ancestor of it;
 * the nearest one. False: nothing of this window runs it.
 */
export async function focusProcess(pid: number, debugged: DebugProcesses): Promise<boolean> {
  const terminals = new Map<number | undefined, Terminal>();
  for (const terminal of window.terminals) terminals.set(await terminal.processId, terminal);
  for (const one of ancestors(pid)) {
    const session = debugged.get(one);
    const terminal = terminals.get(one);
    if (session !== undefined) await focusSession(session);
    else terminal?.show();
    if (session !== undefined || terminal !== undefined) return true;
  }
  return false;
}

/**
 * No call of VS Code makes a session the active one; one of its commands steps from each that was started by the user to
 * the next. Those that it started in turn share its console.
 */
async function focusSession(session: DebugSession): Promise<void> {
  const first = debug.activeDebugSession?.id;
  for (let step = 0; step < mostSessions && !isActive(session); step++) {
    await commands.executeCommand('workbench.action.debug.nextConsole');
    if (debug.activeDebugSession?.id === first) break;
  }
  await commands.executeCommand('workbench.debug.action.focusCallStackView');
}

function isActive(session: DebugSession): boolean {
  return debug.activeDebugSession !== undefined && rootOf(debug.activeDebugSession) === rootOf(session);
}

/** The id of the session that the user started, which may have begun this one; undefined: of none. */
export function rootOf(session: DebugSession | undefined): string | undefined {
  return session && rootSession(session).id;
}
