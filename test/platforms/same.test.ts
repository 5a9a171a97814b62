// Whoever builds the same sources gets the same bytes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { root } from '../root';

/** What an addon is built of, in a folder with a name that no other build has. */
function otherCheckout(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-elsewhere-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  for (const name of ['native', 'scripts', 'package.json']) {
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/\/(node_modules|build)$/.test(path),
    });
  }
  // The compiler is no part of the checkout, and what it has compiled of C libraries need not be compiled again.
  for (const name of ['node_modules', 'scripts/cross/node_modules', '.cache']) {
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

test('An addon that is built in another folder has the same bytes', async (t) => {
  const folder = otherCheckout(t);
  const build = ['scripts/cross.mjs', 'linux-x64'];
  const { stdout } = await promisify(execFile)(process.execPath, build, { cwd: folder });
  const path = stdout.trim();
  const same = 'out/cross/linux-x64/segment_lens.node';
  assert.equal(path, join(folder, same));
  const there = readFileSync(path);
  assert.ok(!there.includes(folder), 'no path is in it');
  assert.ok(there.equals(readFileSync(join(root, same))));
});

test('A package that is packed a second time has the same bytes', async () => {
  interface Packing {
    readonly packExtension: (target: string) => Promise<{ path: string; size: number }>;
  }
  const script = pathToFileURL(join(root, 'scripts/package.mjs')).href;
  const { packExtension } = (await import(script)) as Packing;
  const { path } = await packExtension('linux-arm64');
  const first = readFileSync(path);
  await packExtension('linux-arm64');
  assert.ok(readFileSync(path).equals(first));
});
