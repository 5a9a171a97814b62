import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { gestureIds, keysOf } from '../../extension/shared/gestures';

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

test('no key means two gestures', () => {
  for (const mac of [false, true]) {
    const keys = gestureIds.flatMap((gesture) => keysOf(gesture, mac));
    deepEqual(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      [],
    );
  }
});
