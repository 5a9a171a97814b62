import { match, ok } from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { program, tell, times } from './scale';

const run = promisify(execFile);

/** What each target begins with: its input sorts are told by the last bytes, and text of the system is all zeros there. */
const seeds: Readonly<Record<string, () => readonly string[]>> = {
  maps: () => inLines('/proc/self/maps'),
  process: () => ['stat', 'status', 'syscall'].map((file) => readFileSync(`/proc/self/${file}`, 'latin1')),
  system: () => [
    ...inLines('/proc/sysvipc/shm'),
    ...inLines('/proc/sysvipc/sem'),
    readFileSync('/proc/meminfo', 'latin1'),
  ],
  bytes: () => ['abc'.repeat(700), '\0'.repeat(2048)],
};

// Two at a time, as many as the smallest machine has cores.
describe('libFuzzer, AddressSanitizer and UBSan find nothing in what reads', { concurrency: 2 }, () => {
  test('the lines of /proc/PID/maps', async (t) => fuzz(t, 'maps'));
  test('stat, status and syscall of a process', async (t) => fuzz(t, 'process'));
  test('the lists of System V segments and semaphores, and what memory is left', async (t) =>
    fuzz(t, 'system'));
  test('the bytes of a segment: patterns, numbers, digests', async (t) => fuzz(t, 'bytes'));
});

async function fuzz(t: TestContext, target: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-fuzz-'));
  t.after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const corpus = join(folder, 'corpus');
  mkdirSync(corpus);
  for (const [at, seed] of (seeds[target]?.() ?? []).entries())
    writeFileSync(join(corpus, String(at)), `${seed}\0\0\0\0`, 'latin1');
  const seconds = times(60, 3600);
  const args = [
    `-max_total_time=${String(seconds)}`,
    '-max_len=8192',
    '-timeout=20',
    `-artifact_prefix=${folder}/`,
  ];
  // What it found is in the message: the promise that was broken or the sanitizer's report, and the input in base 64.
  const { stderr } = await run(program(`fuzz-${target}`), [...args, corpus], {
    signal: t.signal,
    maxBuffer: 1 << 28,
  });
  const [, runs] = /^Done (\d+) runs/m.exec(stderr) ?? [];
  ok(Number(runs) > 1000, `${String(runs)} runs are too few to find anything`);
  match(stderr, /INITED cov: [1-9]/, 'what is fuzzed must be instrumented');
  tell(`${target}: ${String(runs)} inputs, ${/cov: \d+(?![\s\S]*cov: )/.exec(stderr)?.[0] ?? ''}`);
}

function inLines(path: string): readonly string[] {
  return readFileSync(path, 'latin1').split('\n').filter(Boolean);
}
