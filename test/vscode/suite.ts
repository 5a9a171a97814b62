import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/** What the suite leaves for whoever started VS Code: an extension host that crashes leaves nothing. */
export interface SuiteResult {
  readonly passed: readonly { readonly title: string; readonly ms: number }[];
  readonly failed: readonly { readonly title: string; readonly message: string }[];
}

/** The variable that names the file to leave it in. */
export const resultVariable = 'SEGMENT_LENS_TEST_RESULT';

/** The variable with what the names of the wanted files begin with, or after a `!` do not; empty: all. */
export const filesVariable = 'SEGMENT_LENS_TEST_FILES';

/** The variable that names the folder of the suite, beside this file. */
export const folderVariable = 'SEGMENT_LENS_TEST_FOLDER';

/** Called in the extension host by VS Code: runs every test of the suite. Rejects where a test failed. */
export async function run(): Promise<void> {
  const file = process.env[resultVariable];
  if (file === undefined) throw new Error(`${resultVariable} names no file`);
  const mocha = new Mocha({ ui: 'tdd', timeout: 180_000, forbidOnly: true, forbidPending: true });
  const folder = join(__dirname, process.env[folderVariable] ?? 'host');
  for (const name of readdirSync(folder).sort()) {
    if (name.endsWith('.test.js') && isWanted(name, process.env[filesVariable] ?? ''))
      mocha.addFile(join(folder, name));
  }
  const passed: { title: string; ms: number }[] = [];
  const failed: { title: string; message: string }[] = [];
  await new Promise<void>((done) => {
    mocha
      .run(() => {
        done();
      })
      .on('pass', (test) => passed.push({ title: test.fullTitle(), ms: test.duration ?? 0 }))
      .on('fail', (test, error: Error) => {
        failed.push({ title: test.fullTitle(), message: error.stack ?? error.message });
      });
  });
  const result: SuiteResult = { passed, failed };
  writeFileSync(file, JSON.stringify(result));
  if (failed.length > 0) throw new Error(`${String(failed.length)} tests failed`);
}

function isWanted(name: string, files: string): boolean {
  return files.startsWith('!') ? !name.startsWith(files.slice(1)) : name.startsWith(files);
}
