import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../root';

const { capabilities, contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
};

/** How the view and lenses in source look, how often, and how long a command waits that the user gave: nothing of it acts. */
const harmless = [
  'bytesPerRow',
  'byteOrder',
  'colorByClass',
  'dimZeros',
  'encoding',
  'format',
  'freezeLimit',
  'groupLength',
  'leftoverNotice',
  'lockTimeout',
  'openPanelOnStop',
  'rate',
  'showHidden',
  'sourceHints',
  'sourceLens',
  'sweepBudget',
];
/** Says where key files are looked for, and so what may be listed for removal. */
const restricted = ['temporaryDirectories'];

test('no setting that a workspace brings can make the extension write, lock or remove: a new one needs a thought', () => {
  const names = Object.keys(contributes.configuration.properties).map((name) =>
    name.replace('segmentLens.', ''),
  );
  assert.deepEqual(names.sort(), [...harmless, ...restricted].sort());
  assert.deepEqual(
    capabilities.untrustedWorkspaces.restrictedConfigurations,
    restricted.map((name) => `segmentLens.${name}`),
  );
});
