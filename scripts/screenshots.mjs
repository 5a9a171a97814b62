// Takes the pictures of the README anew: `npm run screenshots`. Sets everything up first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

setUp('test');
const { buildAddon, buildBundles, buildTests } = await import('./build.mjs');
const { buildPrograms } = await import('./programs.mjs');
const { packExtension } = await import('./package.mjs');
buildAddon();
await buildBundles();
await buildTests();
buildPrograms();
const { path } = await packExtension();
const { status } = spawnSync(process.execPath, ['out/test/vscode/screenshots.js', path], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
