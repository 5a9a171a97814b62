import { deepEqual, equal, ok } from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { lockAddress } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { Stage } from '../peers/stage';
import { root } from '../root';
import { steps, type Step } from './hostSteps';
import { tell, times } from './scale';

/** Hosts that wait for their turn, so that none is waited for. */
const ahead = 3;
/** The longest of its steps. */
const longestMs = 10;

interface Host {
  readonly child: ChildProcessWithoutNullStreams;
  readonly stepFile: string;
  readonly ready: Promise<unknown>;
}

test('the extension host is killed anywhere in its work on a segment of Qt: the lock is free, Qt alone is attached, nothing is left', async (t) => {
  const folder = scratch(t);
  const stage = new Stage(t, (key) => qtLegacyKey(key, 'systemv', folder));
  const peer = await stage.qt(6, { TMPDIR: folder });
  await peer.ask('create', 65_536);
  const host = hosts(t, stage.key, folder);
  const before = machine(stage, process.pid, folder);
  deepEqual([before.attached, before.value, before.files.length], [1, 1, 2]);
  const count = times(300, 5000);
  const killed = new Map<Step, number>(steps.map((step) => [step, 0]));
  for (let kill = 0; kill < count; kill++) {
    const { step, pid } = await host.killNext();
    killed.set(step, (killed.get(step) ?? 0) + 1);
    deepEqual(machine(stage, pid, folder), before, `after kill ${String(kill)}, at ${step}`);
  }
  tell(`${String(count)} kills of the extension host: ${JSON.stringify(Object.fromEntries(killed))}`);
  await peer.ask('lock');
  await peer.ask('unlock');
  await peer.quit();
  deepEqual(stage.traces(), []);
  deepEqual(
    steps.filter((step) => killed.get(step) === 0),
    [],
    'never killed at these',
  );
});

/** What a host that was killed could have left or taken away. */
function machine(stage: Stage, pid: number, folder: string) {
  const lock = lockAddress(stage.nativeKey);
  ok(lock);
  const { identity, value, waiters } = stage.native.peekLock(lock);
  const { shmid, attachCount } = stage.info() ?? {};
  return {
    lock: identity,
    value,
    waiters,
    segment: shmid,
    attached: attachCount,
    made: stage.native.list('systemv').filter(({ creatorPid }) => creatorPid === pid),
    files: readdirSync(folder),
  };
}

function scratch(t: TestContext): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'segment-lens-proof-')));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function hosts(t: TestContext, qtKey: string, keyFolder: string) {
  const folder = scratch(t);
  const waiting: Host[] = [];
  let count = 0;
  const start = (): void => {
    const stepFile = join(folder, String(++count));
    writeFileSync(stepFile, Uint8Array.of(0));
    const program = join(root, 'out/test/proof/host.js');
    const child = spawn(process.execPath, [program, qtKey, keyFolder, stepFile]);
    child.stderr.pipe(process.stderr);
    child.stdin.on('error', () => undefined);
    waiting.push({ child, stepFile, ready: once(child.stdout, 'data') });
  };
  t.after(async () => {
    for (const { child } of waiting) await end(child);
  });
  return {
    /** Kills the next host at a random point of its work, and says at which. */
    async killNext(): Promise<{ readonly step: Step; readonly pid: number }> {
      while (waiting.length <= ahead) start();
      const host = waiting.shift();
      if (!host) throw new Error('there is no host');
      const { child, stepFile, ready } = host;
      await ready;
      child.stdin.write('go\n');
      // Some take longer than all others together.
      const about = steps[Math.floor(Math.random() * steps.length)];
      while (stepAt(stepFile) !== about) await pause(Math.random());
      await pause(Math.random() * longestMs);
      equal(child.exitCode, null, 'it ended by itself');
      await end(child);
      const step = stepAt(stepFile);
      rmSync(stepFile);
      if (step === undefined) throw new Error('it was at nothing');
      return { step, pid: child.pid ?? 0 };
    },
  };
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}

function stepAt(stepFile: string): Step | undefined {
  return steps[(readFileSync(stepFile)[0] ?? 0) - 1];
}
