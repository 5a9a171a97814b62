// The extension host suite in a VS Code desktop that is downloaded: `npm run test:desktop [-- VERSION]`.
import { runTests } from '@vscode/test-electron';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon, buildBundles, buildTests } from './build.mjs';
import { buildPrograms } from './programs.mjs';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const version = process.argv[2] ?? 'stable';

setUp('test');
buildAddon();
await buildBundles();
await buildTests();
buildPrograms();

const folder = mkdtempSync(join(tmpdir(), 'segment-lens-desktop-'));
const result = join(folder, 'result.json');
try {
  await runTests({
    version,
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, 'out/test/vscode/suite.js'),
    extensionTestsEnv: { SEGMENT_LENS_TEST_RESULT: result },
    launchArgs: [
      folder,
      '--disable-extensions',
      '--disable-workspace-trust',
      `--user-data-dir=${join(folder, 'data')}`,
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  report();
  rmSync(folder, { recursive: true, force: true });
}

function report() {
  let passed = [];
  let failed = [];
  try {
    ({ passed, failed } = JSON.parse(readFileSync(result, 'utf8')));
  } catch {
    console.error('The suite left no result.');
    process.exitCode = 1;
  }
  for (const { title, ms } of passed) console.log(`✔ ${title} (${ms} ms)`);
  for (const { title, message } of failed) console.log(`✖ ${title}\n${message.replace(/^/gm, '    ')}`);
  console.log(`${passed.length} passed, ${failed.length} failed`);
}
