// Runs the steps of a test run one after another, counts their tests, and looks at what they leave behind.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inventory, leftovers, marked } from './leftovers.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const minutes = 60_000;
const node = process.execPath;
/** In the environment of all that a run starts. */
const markVariable = 'SEGMENT_LENS_TEST_RUN';

/** Tells the tests of the proof that they have hours. */
export const soakVariable = 'SEGMENT_LENS_SOAK';

/**
 * Runs the steps that are named, all without a name, and prints a table. Answers with the exit status.
 *
 * A step has a `name`, `commands()` that answers or resolves with command lines, and perhaps an `env`; `needs`: steps that go before
 * it; `counted`: its output tells how many tests passed, and none at all is a failure.
 * @param {readonly string[]} names
 * @param {Readonly<Record<string, () => unknown>>} prepare what is done first, by its name
 */
export async function runSteps(steps, names, prepare) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(`There is no step ${unknown}; there are ${steps.map((step) => step.name).join(', ')}.`);
  }
  const chosen = steps.filter((step) => names.length === 0 || names.includes(step.name));
  // Steps build on the package of this very tree.
  const needed = new Set(chosen.flatMap((step) => [...(step.needs ?? []), step.name]));
  const total = { passed: 0, failed: 0 };
  const table = [];
  const note = (name, result, start) => {
    total.passed += result.passed;
    total.failed += result.failed;
    const seconds = ((Date.now() - start) / 1000).toFixed(1);
    table.push(
      `${result.failed > 0 ? '✖' : '✔'} ${name.padEnd(12)} ${seconds.padStart(7)} s  ${result.text}`,
    );
  };

  for (const [name, work] of Object.entries(prepare)) {
    heading(name);
    const start = Date.now();
    await work();
    note(name, { passed: 0, failed: 0, text: '' }, start);
  }

  const run = randomUUID();
  const mark = `${markVariable}=${run}`;
  const before = inventory(mark);
  for (const step of steps.filter(({ name }) => needed.has(name))) {
    heading(step.name);
    const start = Date.now();
    const result = await runStep(step, { ...process.env, ...step.env, [markVariable]: run });
    note(step.name, result, start);
  }

  heading('leftovers');
  const start = Date.now();
  const left = await settled(() => leftovers(before, inventory(mark)));
  for (const line of left) console.error(`left behind: ${line}`);
  note('leftovers', { passed: 0, failed: left.length, text: left.length === 0 ? 'none' : '' }, start);

  console.log(`\n${table.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed`);
  return total.failed > 0 ? 1 : 0;
}

/**
 * The files of one folder of tests, or those of these names; one after the other where they share the machine's names,
 * as all do but those of the view, which have nothing but a browser each. `without`: names that are left out; `program`:
 * what runs them instead of this Node.
 */
export function nodeTests(folder, only, { atOnce = 1, without = [], program = node } = {}) {
  const files = walk(join(root, 'test', folder))
    .filter((file) => file.endsWith('.test.ts'))
    .filter((file) => only?.includes(basename(file, '.test.ts')) ?? true)
    .filter((file) => !without.includes(basename(file, '.test.ts')))
    .map((file) => join('out', relative(root, file)).replace(/\.ts$/, '.js'));
  // Without a file it would look for tests everywhere.
  if (files.length === 0) return [];
  return [program, '--test', `--test-concurrency=${atOnce}`, '--test-reporter=spec', ...files];
}

/** The sources of tests below these folders of test/, as buildTests() takes them. */
export function testSources(...folders) {
  const tests = join(root, 'test');
  return folders
    .flatMap((folder) => walk(join(tests, folder)))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => relative(tests, file));
}

/** Every file below a folder, but for what is installed or built there. */
export function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !name.startsWith('build'))
    .flatMap((entry) => (entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)]));
}

/** One failed command is one failure, however many of its tests failed. */
async function runStep(step, env) {
  let passed = 0;
  let failed = 0;
  let crashed = 0;
  const commands = await step.commands();
  for (const [command, ...args] of commands.filter((words) => words.length > 0)) {
    const { code, output } = await run(command, args, env);
    const count = (word) =>
      [...output.matchAll(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'gm'))].reduce(
        (sum, match) => sum + Number(match[1]),
        0,
      );
    passed += count('pass');
    const broken = count('fail') + count('cancelled') + count('skipped') + count('todo');
    failed += broken;
    if (code !== 0 && broken === 0) crashed += 1;
  }
  if (step.counted === true && passed + failed + crashed === 0) {
    console.error(`${step.name} ran no test.`);
    crashed = 1;
  }
  const text = step.counted === true ? `${passed} passed, ${failed + crashed} failed` : '';
  return { passed, failed: failed + crashed, text };
}

/** Shows what it prints and keeps it. Ended after 25 minutes, or a day of soaking, with its process group. */
function run(command, args, env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const most = env[soakVariable] === '1' ? 24 * 60 : 25;
    const limit = setTimeout(() => {
      console.error(`${args.join(' ')} took more than ${most} minutes.`);
      endProcesses(env);
    }, most * minutes);
    const interrupted = () => {
      endProcesses(env);
      process.exitCode = 130;
    };
    process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
    let output = '';
    for (const [stream, target] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
        target.write(text);
      });
    }
    child.on('close', (code) => {
      clearTimeout(limit);
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      done({ code, output });
      if (process.exitCode === 130) process.exit();
    });
  });
}

/** Servers and demo programs have process groups of their own: all that carries the mark of this run is ended. */
function endProcesses(env) {
  const mark = `${markVariable}=${env[markVariable]}`;
  for (const pid of marked(mark)) {
    try {
      process.kill(pid, 'SIGTERM');
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** Processes need a moment to be gone after they were told; what stays for five seconds stays. */
async function settled(look) {
  const end = Date.now() + 5000;
  for (;;) {
    const left = look();
    if (left.length === 0 || Date.now() > end) return left;
    await new Promise((done) => setTimeout(done, 100));
  }
}

function heading(name) {
  console.log(`\n── ${name}`);
}
