import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const out = resolve(__dirname, '../..');

/** What of the extension's own files is loaded when `then` has run after requiring out/extension.js without VS Code. */
function loaded(then: string): readonly string[] {
  const script = `
    const module_ = require('node:module');
    const stub = new Proxy(function () {}, { get: () => stub, construct: () => stub, apply: () => stub });
    const load = module_._load;
    module_._load = (name, ...rest) => (name === 'vscode' ? stub : load(name, ...rest));
    const extension = require(${JSON.stringify(join(out, 'extension.js'))});
    const commands = [{ command: 'segmentLens.refresh' }];
    const context = { subscriptions: [], extension: { packageJSON: { contributes: { commands } } } };
    (async () => {
      ${then}
      console.log(JSON.stringify(Object.keys(require.cache)));
    })();`;
  const files = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as string[];
  return files.map((file) => file.slice(out.length + 1));
}

test('activation loads nothing but the entrances', () => {
  assert.deepEqual(loaded('extension.activate(context);'), ['extension.js']);
});

test('every part of the extension can be loaded', () => {
  const parts = readdirSync(join(out, 'parts')).map((name) => `parts/${name}`);
  assert.ok(parts.length > 2, 'the extension is in parts');
  const all = parts.map((name) => `require(${JSON.stringify(join(out, name))});`).join('\n');
  assert.deepEqual([...loaded(all)].sort(), ['extension.js', ...parts].sort());
});
