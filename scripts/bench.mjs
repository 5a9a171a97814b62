// Measures the figures: `npm run bench [-- --json FILE] [NAME...]`, also how names begin. Sets up, builds and packs what it measures.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

setUp('bench');
const { buildAddon, buildBundles, buildTests } = await import('./build.mjs');
const { buildPrograms } = await import('./programs.mjs');
buildAddon();
await buildBundles();
await buildTests();
buildPrograms(['hammer', 'crowd']);
for (const script of ['scripts/package.mjs', 'out/test/bench/bench.js']) {
  const args = script.startsWith('out/') ? process.argv.slice(2) : [];
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) {
    process.exitCode = status ?? 1;
    break;
  }
}
