import { ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { contrast, type Channels } from '../contrast';
import themes from '../webview/themes.json';

interface Manifest {
  readonly contributes: {
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
  };
}

const root = resolve(__dirname, '../../..');
const { contributes } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Manifest;

/** The names under which an extension gives defaults to the themes that the tests of the view keep. */
const defaultsOf = {
  dark: 'dark',
  light: 'light',
  'high-contrast-dark': 'highContrast',
  'high-contrast-light': 'highContrastLight',
} as const;

for (const [name, theme] of Object.entries(defaultsOf) as [keyof typeof defaultsOf, string][]) {
  test(`text is readable on a byte that changed just now: ${name}`, () => {
    const { variables } = themes[name];
    const fresh = contributes.colors.find(({ id }) => id === 'segmentLens.changedByteBackground')?.defaults[
      theme
    ];
    ok(fresh !== undefined);
    for (const behind of ['--vscode-editor-background', '--vscode-panel-background'] as const) {
      const background = over(fresh, channels(variables[behind]));
      for (const front of ['--vscode-foreground', '--vscode-editor-foreground'] as const) {
        const ratio = contrast(channels(variables[front]), background);
        ok(ratio >= 4.5, `${front} on ${fresh} on ${behind}: ${ratio.toFixed(2)}`);
      }
    }
  });
}

function channels(hex: string): Channels {
  const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16);
  return [channel(1), channel(3), channel(5)];
}

function over(hex: string, below: Channels): Channels {
  const alpha = hex.length > 7 ? Number.parseInt(hex.slice(7), 16) / 255 : 1;
  const [red, green, blue] = channels(hex);
  const mixed = (above: number, under: number): number => above * alpha + under * (1 - alpha);
  return [mixed(red, below[0]), mixed(green, below[1]), mixed(blue, below[2])];
}
