import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(__dirname, '../../..');

/** What the files of a layer may import: folders or files of ours, and whether Node and VS Code. */
interface Layer {
  readonly files: RegExp;
  readonly may: readonly RegExp[];
}

const node = /^node:/;
const vscode = /^vscode$/;

/** The first that a file belongs to counts. */
const layers: readonly Layer[] = [
  {
    files: /^webview\//,
    may: [/^webview\//, /^extension\/shared\//, /^@vscode\/codicons/],
  },
  { files: /^extension\/shared\//, may: [/^extension\/shared\//] },
  {
    files: /^extension\/core\/kinds\//,
    may: [
      /^extension\/core\/kinds\//,
      /^extension\/core\/(?:key|keyRules|keyText|ipcKey|legacyName|errors)$/,
      /^extension\/shared\//,
      /^node:path$/,
    ],
  },
  { files: /^extension\/core\/native\.ts$/, may: [/^native\/index$/, /^extension\/core\//, node] },
  { files: /^extension\/core\//, may: [/^extension\/core\//, /^extension\/shared\//, node] },
  {
    files: /^extension\/ui\//,
    may: [/^extension\/ui\//, /^extension\/core\//, /^extension\/shared\//, node, vscode],
  },
  { files: /^extension\/(?:extension|house)\.ts$/, may: [/^extension\//, node, vscode] },
];

/** Everything that a source text imports, re-exports or requires, types included. */
function imports(source: string): readonly string[] {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)(['"])([^'"\n]+)\1/g);
  return [...found].map(([, , name = '']) => name);
}

/** A relative import as a path from the root; others as they are. */
function target(file: string, name: string): string {
  return name.startsWith('.') ? relative(root, resolve(root, file, '..', name)) : name;
}

function sources(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
    .map((name) => join(folder, name));
}

function violations(file: string, source: string): readonly string[] {
  const layer = layers.find(({ files }) => files.test(file));
  if (!layer) return [`${file} belongs to no layer`];
  return imports(source)
    .map((name) => target(file, name))
    .filter((name) => !layer.may.some((allowed) => allowed.test(name)))
    .map((name) => `${file} imports ${name}`);
}

const files = [...sources('extension'), ...sources('webview')];

test('no file imports from a layer that it must not know', () => {
  assert.ok(files.length > 50, 'the sources are there');
  const found = files.flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(found, []);
});

test('the check sees every way of importing', () => {
  const bad = [
    "import { window } from 'vscode';",
    "import type { Uri } from 'vscode';",
    "export * from '../ui/tree';",
    "const { window } = await import('vscode');",
    "const vscode = require('vscode');",
    "import '../../native/index';",
    "type Native = typeof import('../../native/index');",
  ];
  for (const line of bad) assert.equal(violations('extension/core/made-up.ts', line).length, 1, line);
  assert.deepEqual(violations('webview/made-up.ts', "import { join } from 'node:path';"), [
    'webview/made-up.ts imports node:path',
  ]);
  assert.equal(violations('extension/shared/made-up.ts', "import '../core/key';").length, 1);
  assert.equal(violations('extension/core/kinds/made-up.ts', "import '../segments';").length, 1);
});

test('imports between core files form no circle', () => {
  const graph = new Map(
    files
      .filter((file) => file.startsWith('extension/core/') || file.startsWith('extension/shared/'))
      .map((file) => [file.replace(/\.ts$/, ''), runtimeImports(file)]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    assert.ok(!path.includes(file), [...path, file].join(' → '));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

/** Without those of types, which leave nothing in what runs. */
function runtimeImports(file: string): readonly string[] {
  const source = readFileSync(join(root, file), 'utf8').replace(/^(?:import|export) type [\s\S]*?;$/gm, '');
  return imports(source).map((name) => target(file, name));
}
