// Every fault that faultTable.ts tells of, in everything that faultScenes.ts does; started by faults.test.ts with the
// library of faults.c: `faultRun CONTROL-FILE SHARE SHARES [RANDOM-COUNT SEED]`. Prints a Report.
import { readFileSync, readdirSync } from 'node:fs';
import { inspect, isDeepStrictEqual } from 'node:util';
import { collectGarbage } from '../garbage';
import { native } from '../native/ground';
import { FaultControl } from './faultControl';
import { scenes } from './faultScenes';
import { project, type Scene, type Scope } from './faultStage';
import { faults } from './faultTable';

/** What was tried, and what was wrong. */
export interface Report {
  /** Names of what the library knows. */
  readonly names: readonly string[];
  readonly strangers: number;
  /** How often each call failed with each errno: "name errno". */
  readonly fired: Readonly<Record<string, number>>;
  readonly wrong: readonly string[];
  /** How what failed ended: with an error, with the same answer, with another that the errno means. */
  readonly ends: Readonly<Record<string, number>>;
}

const [, , controlPath = '', share = '0', shares = '1', randomCount = '0', seed = '1'] = process.argv;
// What it starts itself is not to fail.
delete process.env['LD_PRELOAD'];
delete process.env['FAULTS'];
const control = new FaultControl(controlPath);
const codes = new Set(
  (
    'not-found permission-denied already-exists invalid-key invalid-size out-of-resources busy conflict gone ' +
    'unsupported closed unknown'
  ).split(' '),
);
/** Of the same numbers as ours, but not ours. */
const known = new Set(semaphores().map(([id]) => id));
const fired: Record<string, number> = {};
const ends: Record<string, number> = {};
const wrong: string[] = [];

type Outcome = { readonly value: unknown } | { readonly error: unknown };

interface Trial {
  readonly outcome: Outcome;
  readonly failed: number;
  readonly ways: ReadonlyMap<string, readonly number[]>;
  readonly before: unknown;
  readonly after: unknown;
  readonly leaks: readonly string[];
}

/** One scene from its preparation to its end, with what `arm` makes fail while it acts. */
async function trial(scene: Scene, arm: () => void): Promise<Trial> {
  const start = machine();
  const found = await performed(scene, arm);
  // What was let go of in JavaScript alone goes with its objects, to which nothing leads here any more.
  for (let round = 0; round < 40 && differences(start, machine()).length > 0; round++) {
    collectGarbage();
    await new Promise((turn) => setTimeout(turn, 1));
  }
  const leaks = differences(start, machine());
  removeOurs();
  return { ...found, leaks };
}

async function performed(scene: Scene, arm: () => void): Promise<Omit<Trial, 'leaks'>> {
  const undo: (() => unknown)[] = [];
  const scope: Scope = { after: (done) => undo.push(done) };
  const { act, world } = await scene.prepare(scope).catch((error: unknown) => {
    throw new Error(`${scene.name} could not be prepared`, { cause: error });
  });
  const before = world();
  arm();
  const outcome = await within(act);
  const failed = control.off();
  const ways = control.ways();
  const after = world();
  for (const done of undo.reverse()) await done();
  return { outcome, failed, ways, before, after };
}

async function within(act: () => unknown): Promise<Outcome> {
  let limit: NodeJS.Timeout | undefined;
  const hung = new Promise<Outcome>((late) => {
    limit = setTimeout(() => {
      late({ error: 'it hung' });
    }, 20_000);
  });
  const acted = (async () => ({ value: (await act()) ?? null }))().catch((error: unknown) => ({ error }));
  const outcome = await Promise.race([acted, hung]);
  clearTimeout(limit);
  return outcome;
}

/** Descriptors, threads, mappings, segments that this process made. */
function machine(): readonly (readonly [string, number])[] {
  const lines = (path: string): readonly string[] => readFileSync(path, 'latin1').split('\n');
  const ours = String(process.pid);
  return [
    ['descriptors', readdirSync('/proc/self/fd').length],
    ['threads', readdirSync('/proc/self/task').length],
    ['mappings', lines('/proc/self/maps').filter((line) => /\/dev\/shm\/|\/SYSV/.test(line)).length],
    ['segments', lines('/proc/sysvipc/shm').filter((line) => line.trim().split(/ +/)[4] === ours).length],
    ['files', readdirSync('/dev/shm').filter((name) => name.includes(`lens-test-${ours}-`)).length],
  ];
}

function differences(
  one: readonly (readonly [string, number])[],
  two: readonly (readonly [string, number])[],
): readonly string[] {
  return one.flatMap(([name, before], at) => {
    const after = two[at]?.[1];
    return before === after ? [] : [`${name}: ${String(before)}, then ${String(after)}`];
  });
}

/** Identifiers and keys of the semaphores of the machine. */
function semaphores(): readonly (readonly [id: string, key: number])[] {
  const [, ...lines] = readFileSync('/proc/sysvipc/sem', 'latin1').trim().split('\n');
  return lines.map((line) => {
    const [key = '', id = ''] = line.trim().split(/ +/);
    return [id, Number(key)];
  });
}

/** So that what one trial left is not taken for the next one's, and nothing is left at the end. */
function removeOurs(): void {
  for (const [id, key] of semaphores()) {
    if (key >>> 24 === project && !known.has(id)) native.removeLock({ mechanism: 'systemv', key });
  }
  for (const { shmid, creatorPid } of native.list('systemv')) {
    if (creatorPid === process.pid && shmid !== null)
      native.remove({ mechanism: 'systemv', shmid }, String(shmid));
  }
}

/** What is wrong with a trial in which something failed; `right`: the same undisturbed. */
function judge(found: Trial, right: Trial, mayAnswer: boolean): string | null {
  // Where the system says that a segment is gone, nobody removes it.
  const leaks = found.leaks.filter((one) => !mayAnswer || !one.startsWith('segments'));
  if (leaks.length > 0) return `left ${leaks.join(', ')}`;
  const untouched = isDeepStrictEqual(found.after, found.before);
  const done = isDeepStrictEqual(found.after, right.after);
  const state = JSON.stringify({ before: found.before, after: found.after });
  if ('error' in found.outcome) {
    const error = found.outcome.error as { code?: unknown; call?: unknown; errno?: unknown };
    const isWhole =
      codes.has(String(error.code)) &&
      typeof error.call === 'string' &&
      error.call !== '' &&
      typeof error.errno === 'number';
    if (!isWhole) return `no error of ours: ${String(found.outcome.error)}`;
    note('error');
    return untouched || done ? null : `half done: ${state}`;
  }
  const same = isDeepStrictEqual(found.outcome, right.outcome);
  note(same ? 'same' : 'answer');
  if (!same && !mayAnswer)
    return `answered ${JSON.stringify(found.outcome)}, not ${JSON.stringify(right.outcome)}`;
  return done || (mayAnswer && untouched) ? null : `did something else: ${state}`;
}

function note(end: string): void {
  ends[end] = (ends[end] ?? 0) + 1;
}

async function each(scene: Scene): Promise<void> {
  await trial(scene, () => undefined);
  const right = await trial(scene, () => {
    control.count();
  });
  const problem = judge(right, right, true);
  if (problem !== null && 'value' in right.outcome) wrong.push(`${scene.name}, undisturbed: ${problem}`);
  for (const [name, places] of right.ways) {
    for (const errno of faults[name]?.errnos ?? []) {
      for (const which of places) {
        const found = await trial(scene, () => {
          control.failNth(name, which, errno);
        });
        if (found.failed === 0) continue;
        fired[`${name} ${errno}`] = (fired[`${name} ${errno}`] ?? 0) + 1;
        const bad = judge(found, right, faults[name]?.answers?.includes(errno) === true);
        if (bad !== null) wrong.push(`${scene.name}, ${name} ${String(which)}, ${errno}: ${bad}`);
      }
    }
  }
}

/** Many calls fail in one trial, in every way: whatever is answered, nothing is left and nothing hangs. */
async function randomly(count: number): Promise<void> {
  let number = Number(seed);
  // What Node itself opens at its first child stays open.
  for (const scene of scenes) await trial(scene, () => undefined);
  for (let failed = 0; failed < count;) {
    for (const scene of scenes) {
      const found = await trial(scene, () => {
        control.failRandomly(8, ++number);
      });
      failed += found.failed;
      const { code } =
        'error' in found.outcome ? (found.outcome.error as { code?: unknown }) : { code: 'unknown' };
      const where = `${scene.name}, seed ${String(number)}`;
      if (!codes.has(String(code))) wrong.push(`${where}: no error of ours: ${inspect(found.outcome)}`);
      // A removal that fails each time it is tried leaves what was to be removed.
      const leaks = found.leaks.filter((one) => !one.startsWith('segments'));
      if (leaks.length > 0) wrong.push(`${where}: ${leaks.join(', ')}`);
    }
    fired['random'] = failed;
  }
}

void (async () => {
  // None of the addon's threads keeps the process alive.
  const awake = setInterval(() => undefined, 1000);
  native.list('posix');
  if (Number(randomCount) > 0) await randomly(Number(randomCount));
  else
    for (const [at, scene] of scenes.entries()) if (at % Number(shares) === Number(share)) await each(scene);
  for (const { end } of scenes) await end?.();
  clearInterval(awake);
  const report: Report = { names: control.names, strangers: control.strangers, fired, wrong, ends };
  process.stdout.write(JSON.stringify(report));
})();
