import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readFileSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  commands,
  debug,
  window,
  type DebugConfiguration,
  type DebugSession,
  type ExtensionContext,
} from 'vscode';
import type { Debugging } from '../../../extension/ui/debug/debugging';
import type { Debuggee } from '../../../extension/ui/debug/debuggees';
import { root } from '../../root';
import {
  answering,
  api,
  openView,
  plainSegment,
  replaced,
  select,
  tidy,
  unique,
  until,
  type Told,
} from './support';

const source = (name: string): string => join(root, 'test/vscode/debuggees', name);

/** How each debugger runs the program that counts in a segment. */
const launches: Readonly<Record<'gdb' | 'lldb' | 'node' | 'python', (segment: string) => object>> = {
  gdb: (segment) => ({ type: 'gdb', program: join(root, 'out/programs/writer'), arguments: segment }),
  lldb: (segment) => ({ type: 'lldb-dap', program: join(root, 'out/programs/writer'), args: [segment] }),
  // A pause in Node's own code would be stepped out of, and a program that waits for timers is always there.
  node: (segment) => ({
    type: 'pwa-node',
    program: source('writer.js'),
    args: [segment],
    smartStep: false,
    ...quiet,
  }),
  python: (segment) => ({
    type: 'debugpy',
    program: source('writer.py'),
    args: [segment],
    python: ['/usr/bin/python3'],
    ...quiet,
  }),
};
const quiet = { console: 'internalConsole' } as const;

const files: number[] = [];

/** A segment of two words: what is counted, and what the programs are to do; each that begins writes its process id there. */
export interface Board {
  readonly name: string;
  readonly id: string;
  /** Somebody who has it mapped and is not debugged. */
  readonly peer: Awaited<ReturnType<typeof plainSegment>>['peer'];
  readonly get: (at: number) => number;
  readonly set: (at: number, value: number) => void;
}

export async function board(size = 4096): Promise<Board> {
  const { name, peer } = await plainSegment(size);
  const file = openSync(`/dev/shm${name}`, 'r+');
  files.push(file);
  const word = Buffer.alloc(4);
  return {
    name,
    id: `posix:${name}`,
    peer,
    get: (at) => (readSync(file, word, 0, 4, at), word.readUInt32LE()),
    set: (at, value) => {
      word.writeUInt32LE(value);
      writeSync(file, word, 0, 4, at);
    },
  };
}

export async function debugging(): Promise<Debugging> {
  return (await api()).house.debugging();
}

/** Starts a session and answers with what is followed of it. */
export async function session(configuration: Partial<DebugConfiguration>): Promise<Debuggee> {
  const { debuggees } = await debugging();
  const name = unique('session');
  assert.ok(
    await debug.startDebugging(undefined, {
      type: 'scripted',
      request: 'launch',
      name,
      internalConsoleOptions: 'neverOpen',
      segmentLens: { cleanUp: 'never' },
      ...configuration,
    }),
  );
  return until('the session', () => debuggees.all.find((one) => one.session.name === name));
}

/** Runs the program that counts under a debugger until it has begun; answers with the session that has its process. */
export async function counting(
  kind: keyof typeof launches,
  segment: Board,
  segmentLens: object = {},
): Promise<Debuggee & { readonly pid: number; readonly root: Debuggee }> {
  segment.set(4, 0xffffffff);
  const root = await session({
    ...launches[kind](segment.name),
    segmentLens: { cleanUp: 'never', ...segmentLens },
  });
  const pid = await until('the program', () => segment.get(4) !== 0xffffffff && segment.get(4));
  const { debuggees } = await debugging();
  const own = await until('its session', () =>
    kind === 'node' ? debuggees.all.find(({ state }) => state.pid === pid) : root,
  );
  return { ...own, pid, root };
}

/** Has the first word break every session on change, and waits until it is watched. */
export async function breakOnFirstWord(segment: Board): Promise<void> {
  const viewer = await openView(segment.id);
  await select(viewer, 0, 4);
  await answering([{ type: ['any change'] }, { pick: /^Pause Every Debug Session$/ }], () =>
    commands.executeCommand('segmentLens.breakOnChange', viewer),
  );
  await watched();
}

/** Waits until every break that there is is watched. */
export async function watched(): Promise<void> {
  const { book, breaks } = await debugging();
  await until(
    'the bytes to be watched',
    () => book.all.length > 0 && book.all.every((one) => breaks.standing(one) === 'watching'),
  );
}

/** Runs `work` while warnings come into a list, and are not answered. */
export async function warned(work: (messages: readonly string[]) => Promise<void>): Promise<void> {
  const messages: string[] = [];
  const undo = replaced(window, {
    showWarningMessage: (text: string) => {
      messages.push(text);
      return Promise.resolve(undefined);
    },
  });
  try {
    await work(messages);
  } finally {
    undo();
  }
}

/** Waits for a line in the log of the extension. */
export async function logged(line: string): Promise<void> {
  await until(`in the log: ${line}`, async () => (await log()).includes(line));
}

/** The log of the extension, as it is in the files that VS Code writes. */
export async function log(): Promise<string> {
  const { house } = await api();
  const { extension } = house as unknown as { readonly extension: ExtensionContext };
  const folder = extension.logUri.fsPath;
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

/** From now on it is known which sessions the editor has ended. Answers with what ends one, and waits for that. */
export function endings(): (session: DebugSession) => Promise<void> {
  const ended = new Set<string>();
  const listening = debug.onDidTerminateDebugSession(({ id }) => ended.add(id));
  return async (session) => {
    await until(`the editor to end ${session.name}`, async () => {
      // Of an adapter that is gone it hears nothing, and says so.
      if (!ended.has(session.id)) await Promise.resolve(debug.stopDebugging(session)).catch(() => undefined);
      return ended.has(session.id);
    });
    listening.dispose();
  };
}

/** What was said besides the offer of the panel at the first stop. */
export function refusals({ messages }: Told): readonly string[] {
  return messages.filter((text) => !text.includes('Show its bytes in the panel?'));
}

/** Ends every session. */
export async function endSessions(): Promise<void> {
  const { debuggees } = await debugging();
  // An adapter may take the first wish as a kind one.
  await until('the sessions to end', async () => {
    for (const { session } of debuggees.all)
      await Promise.resolve(debug.stopDebugging(session)).catch(() => undefined);
    return debuggees.all.length === 0;
  });
}

/** Ends every session, breakpoint and break, and what the tests had open. */
export async function endDebugging(): Promise<void> {
  debug.removeBreakpoints(debug.breakpoints);
  await commands.executeCommand('workbench.action.closePanel');
  await endSessions();
  const { book } = await debugging();
  for (const { id } of book.all) await book.remove(id);
  for (const file of files.splice(0)) closeSync(file);
  await tidy();
}
