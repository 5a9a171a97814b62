import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { chordPrefix, gestureIds, keysOf } from '../../extension/shared/gestures';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly menus: {
      readonly commandPalette: readonly { readonly command: string; readonly when: string }[];
    };
    readonly keybindings: readonly {
      readonly command: string;
      readonly key: string;
      readonly mac?: string;
      readonly when: string;
    }[];
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

const root = resolve(__dirname, '../../..');
const { contributes } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Manifest;
const idOf = (command: string): string => command.replace('segmentLens.', '');

test('every gesture is a command with a title, in the palette only while a live view is open', () => {
  for (const gesture of gestureIds) {
    ok(
      contributes.commands.some(({ command }) => idOf(command) === gesture),
      gesture,
    );
    const entry = contributes.menus.commandPalette.find(({ command }) => idOf(command) === gesture);
    ok(entry?.when.startsWith('segmentLens.active'), gesture);
  }
});

test('every gesture has in VS Code the keys that it has in the view, and only while the view has the focus', () => {
  for (const gesture of gestureIds) {
    const bindings = contributes.keybindings.filter(({ command }) => idOf(command) === gesture);
    const keys = new Set(bindings.map(({ key }) => key));
    const macKeys = new Set(bindings.map(({ key, mac }) => mac ?? key));
    deepEqual([...keys].sort(), [...keysOf(gesture, false)].sort(), gesture);
    deepEqual([...macKeys].sort(), [...keysOf(gesture, true)].sort(), gesture);
    for (const { when } of bindings) {
      equal(
        when,
        "(activeCustomEditorId == 'segmentLens.liveView' && !focusedView && !inputFocus) || focusedView == 'segmentLens.live'",
      );
    }
  }
});

test('no key means two commands', () => {
  const strokes = new Map<string, string>();
  for (const { command, key } of contributes.keybindings) {
    ok((strokes.get(key) ?? command) === command, `${key} means ${command} and ${strokes.get(key) ?? ''}`);
    strokes.set(key, command);
  }
  ok(!strokes.has(chordPrefix), `${chordPrefix} begins two strokes and is none itself`);
});

// workbench/contrib/webview/browser/pre/index.html leaves these to the browser, whatever else is held.
test('a key that the workbench has to carry out is none of those that a webview in a browser keeps', () => {
  for (const { command, key } of contributes.keybindings) {
    if (gestureIds.some((gesture) => gesture === idOf(command)) && !key.includes(' ')) continue;
    for (const stroke of key.split(' ')) ok(!/(ctrl|cmd).*\+[cvx]$/.test(stroke), `${key} of ${command}`);
  }
});

test('no key means two gestures', () => {
  for (const mac of [false, true]) {
    const keys = gestureIds.flatMap((gesture) => keysOf(gesture, mac));
    deepEqual(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      [],
    );
  }
});

const readme = readFileSync(resolve(root, 'README.md'), 'utf8');

/** "ctrl+shift+c" as a person writes it: "Ctrl+Shift+C". */
const written = (stroke: string): string =>
  stroke
    .split('+')
    .map((part) => names[part] ?? part.charAt(0).toUpperCase() + part.slice(1))
    .join('+');
const names: Readonly<Record<string, string>> = { left: 'Left', right: 'Right', up: 'Up', down: 'Down' };

test('every command has a key, and the README lists it', () => {
  const tables = readme.slice(readme.indexOf('## In the live view'), readme.indexOf('## Settings'));
  const second = tables.slice(tables.indexOf('Ctrl+Alt+S'));
  const cells = new Set(second.split('|').flatMap((cell) => cell.trim().split(', ')));
  for (const { command } of contributes.commands) {
    const keys = contributes.keybindings.filter((binding) => binding.command === command);
    ok(keys.length > 0, `${command} has no key`);
    const { key = '' } = keys[0] ?? {};
    const [first = '', then] = key.split(' ');
    if (then === undefined)
      ok(tables.includes(written(first)), `the README does not list ${key} of ${command}`);
    else
      ok(first === chordPrefix && cells.has(written(then)), `the README does not list ${key} of ${command}`);
  }
});

test('the README lists every setting', () => {
  for (const setting of Object.keys(contributes.configuration.properties)) {
    ok(readme.includes(`\`${setting}\``), setting);
  }
});
