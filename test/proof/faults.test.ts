import { deepEqual, ok } from 'node:assert/strict';
import { execFileSync, execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { addonPath, root } from '../native/ground';
import { controlLength } from './faultControl';
import type { Report } from './faultRun';
import { faults, faultsOf } from './faultTable';
import { program, tell, times } from './scale';

const run = promisify(execFile);
/** At work side by side: more than the cores of a small machine, because many a call waits. */
const shares = 4;
/** What the addon asks for once and remembers: nothing is left of it that a later trial could make fail. */
const remembered = new Set(['memfd_create', 'getpwuid_r']);

test('every function that the addon imports is known: a system call that can fail, or none', () => {
  const symbols = execFileSync('nm', ['-D', '--undefined-only', addonPath], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' ').at(-1)?.split('@')[0] ?? '');
  deepEqual(
    symbols.filter((symbol) => faultsOf(symbol) === undefined),
    [],
  );
  const imported = new Set(symbols.flatMap((symbol) => faultsOf(symbol) ?? []));
  deepEqual(
    Object.keys(faults).filter((name) => !imported.has(name)),
    [],
    'no longer imported',
  );
});

test('every system call of the addon fails with every errno of its manual page: an error with code and call or what is right all the same, nothing left', async (t) => {
  const reports = await sideBySide(t, () => []);
  const fired = new Set(reports.flatMap((report) => Object.keys(report.fired)));
  const total = reports.flatMap((report) => Object.values(report.fired)).reduce((sum, one) => sum + one, 0);
  const missed = Object.entries(faults).flatMap(([name, { errnos }]) =>
    errnos.map((errno) => `${name} ${errno}`).filter((one) => !fired.has(one) && !remembered.has(name)),
  );
  tell(`${String(total)} faults: ${JSON.stringify(reports.map(({ ends }) => ends))}`);
  deepEqual(
    reports.flatMap(({ wrong }) => wrong),
    [],
  );
  deepEqual(missed, []);
  for (const report of reports) {
    deepEqual([report.strangers, [...report.names].sort()], [0, Object.keys(faults).sort()]);
  }
});

test('system calls that fail at random: nothing crashes, hangs or is left', async (t) => {
  const count = times(2000, 1_000_000);
  const seed = Date.now() % 2 ** 31;
  t.diagnostic(`seed ${String(seed)}`);
  const each = String(Math.ceil(count / shares));
  const reports = await sideBySide(t, (share) => [each, String(seed + share * 2 ** 31)]);
  const total = reports.reduce((sum, { fired }) => sum + (fired['random'] ?? 0), 0);
  tell(`${String(total)} faults at random`);
  deepEqual(
    reports.flatMap(({ wrong }) => wrong),
    [],
  );
  ok(total >= count);
});

function sideBySide(t: TestContext, words: (share: number) => readonly string[]): Promise<readonly Report[]> {
  return Promise.all(
    Array.from({ length: shares }, (_, share) => reported(t, String(share), String(shares), ...words(share))),
  );
}

async function reported(t: TestContext, ...words: readonly string[]): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-faults-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  const control = join(folder, 'control');
  writeFileSync(control, Buffer.alloc(controlLength));
  const env = { ...process.env, LD_PRELOAD: program('faults.so'), FAULTS: control };
  const child = join(root, 'out/test/proof/faultRun.js');
  const { stdout } = await run(process.execPath, [child, control, ...words], { env, maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Report;
}
