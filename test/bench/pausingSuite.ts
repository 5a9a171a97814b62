import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { debug, extensions, type DebugSession } from 'vscode';
import type { Api } from '../../extension/extension';
import { root } from '../root';
import { pausesVariable } from './pausesVariable';
import { addon, uniqueName } from './stage';

const writes = 40;

/** Something that happens again and again and is waited for one by one. */
class Moments<T> {
  readonly #told: T[] = [];
  #waiting: ((value: T) => void) | null = null;

  tell(value: T): void {
    if (this.#waiting === null) this.#told.push(value);
    else this.#waiting(value);
    this.#waiting = null;
  }

  next(): Promise<T> {
    const told = this.#told.shift();
    return told === undefined ? new Promise((done) => (this.#waiting = done)) : Promise.resolve(told);
  }
}

/** Runs inside the extension host: breaks on each change of a segment, and leaves how long each pause took to be asked for. */
export async function run(): Promise<void> {
  const file = process.env[pausesVariable];
  const extension = extensions.getExtension<Api>('segment-lens.segment-lens');
  if (file === undefined || extension === undefined) throw new Error('not started by the bench');
  const native = addon();
  const name = `/${uniqueName('pauses')}`;
  const address = { mechanism: 'posix', name } as const;
  const owner = await native.create(address, { size: 4096 });
  const asked = new Moments<number>();
  const stopped = new Moments<DebugSession>();
  const tracking = debug.registerDebugAdapterTrackerFactory('*', {
    createDebugAdapterTracker: (session) => ({
      onWillReceiveMessage: (message: { readonly command?: string }) => {
        if (message.command === 'pause') asked.tell(performance.timeOrigin + performance.now());
      },
      onDidSendMessage: (message: { readonly event?: string }) => {
        if (message.event === 'stopped') stopped.tell(session);
      },
    }),
  });
  const foreign = spawn(process.execPath, [join(root, 'out/test/bench/foreign.js'), name], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const written = new Moments<number>();
  createInterface({ input: foreign.stdout }).on('line', (line) => {
    written.tell(Number(line));
  });
  const { book, debuggees } = await (await (await extension.activate()).house()).debugging();
  const bytes = { segment: `posix:${name}`, offset: 0, length: 4, condition: 'any change' };
  await book.put({ id: 'bench', ...bytes, enabled: true, logs: false, sessions: null });
  /** What stands already is not paused again. */
  const running = async (): Promise<void> => {
    while (!debuggees.all.some(({ state }) => state.standing === 'running' && state.pid !== null)) {
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  const program = join(root, 'test/vscode/debuggees/writer.js');
  // A pause in Node's own code would be stepped out of, and a program that only waits for timers is always there.
  const launch = {
    type: 'pwa-node',
    request: 'launch',
    name: 'bench',
    program,
    args: [name],
    smartStep: false,
  };
  const console = { console: 'internalConsole', internalConsoleOptions: 'neverOpen' };
  try {
    assert.ok(await debug.startDebugging(undefined, { ...launch, ...console }));
    await running();
    const delays: number[] = [];
    // The first is for the code to be warm.
    for (let count = 0; count <= writes; count++) {
      foreign.stdin.write('\n');
      const at = await written.next();
      const delay = (await asked.next()) - at;
      const session = await stopped.next();
      if (count > 0) delays.push(delay);
      await session.customRequest('continue', { threadId: 1 });
      await running();
    }
    writeFileSync(file, JSON.stringify(delays));
  } finally {
    await debug.stopDebugging();
    await book.remove('bench');
    tracking.dispose();
    foreign.stdin.end();
    await once(foreign, 'close');
    native.remove(address, owner.identity);
    owner.close();
  }
}
