import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser } from './browser';
import { packagedExtension } from './packaged';
import { root, startServer } from './server';
import { filesVariable, folderVariable, resultVariable, type SuiteResult } from './suite';
import { openSuite } from './suitePage';

/**
 * Runs the suite of the extension host in the real VS Code and prints what it left. `host.js NAME`: one file of it.
 * `host.js --universal`: the suite of the package without an addon, in that package.
 */
async function main(asked: string): Promise<number> {
  const universal = asked === '--universal' ? unpackUniversal() : null;
  const result = join(process.env['TMPDIR'] ?? '/tmp', `segment-lens-host-${String(process.pid)}.json`);
  const server = await startServer({
    extensions: [join(root, 'test/vscode/debuggers')],
    smokeTest: true,
    files: { 'notes.txt': 'A folder for the suite.\n' },
    environment: {
      [resultVariable]: result,
      ...(universal === null ? { [filesVariable]: asked } : { [folderVariable]: 'addonless' }),
    },
  });
  try {
    const browser = await startBrowser();
    let log = '';
    try {
      const suite = await openSuite(browser, server, 'vscode/suite.js', {}, universal?.extension);
      await suite.ended;
      log = suite.log();
    } finally {
      await browser.close();
    }
    const crash = /Extension Host Process exited with code: (?!0\b)\S+/.exec(server.output());
    if (crash !== null || !existsSync(result)) {
      console.error(`${log}\n${server.output()}`);
      console.error(crash?.[0] ?? 'The extension host ended without a result.');
      return 1;
    }
    return report(JSON.parse(readFileSync(result, 'utf8')) as SuiteResult);
  } finally {
    await server.stop();
    rmSync(result, { force: true });
    universal?.remove();
  }
}

/** The package without an addon, as VS Code unpacks it, and the suite that is for it. */
function unpackUniversal(): { readonly extension: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-universal-'));
  execFileSync('advzip', ['--extract', '--quiet', packagedExtension('universal')], { cwd: folder });
  const extension = join(folder, 'extension');
  const tests = join(extension, 'out/test');
  for (const part of ['vscode/suite.js', 'vscode/addonless'])
    cpSync(join(root, 'out/test', part), join(tests, part), { recursive: true });
  symlinkSync(join(root, 'test/vscode/node_modules'), join(tests, 'node_modules'));
  return {
    extension,
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function report({ passed, failed }: SuiteResult): number {
  for (const { title, ms } of passed) console.log(`✔ ${title} (${String(ms)} ms)`);
  for (const { title, message } of failed) console.log(`✖ ${title}\n${message.replace(/^/gm, '    ')}`);
  console.log(`# pass ${String(passed.length)}\n# fail ${String(failed.length)}`);
  return failed.length === 0 && passed.length > 0 ? 0 : 1;
}

main(process.argv[2] ?? '').then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
