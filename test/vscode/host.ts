import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startBrowser } from './browser';
import { root, startServer } from './server';
import { filesVariable, resultVariable, type SuiteResult } from './suite';
import { openSuite } from './suitePage';

/** Runs the suite of the extension host in the real VS Code and prints what it left. `host.js NAME`: one file of it. */
async function main(): Promise<number> {
  const result = join(process.env['TMPDIR'] ?? '/tmp', `segment-lens-host-${String(process.pid)}.json`);
  const server = await startServer({
    extensions: [join(root, 'test/vscode/debuggers')],
    smokeTest: true,
    files: { 'notes.txt': 'A folder for the suite.\n' },
    environment: { [resultVariable]: result, [filesVariable]: process.argv[2] ?? '' },
  });
  try {
    const browser = await startBrowser();
    let log = '';
    try {
      const suite = await openSuite(browser, server, 'vscode/suite.js');
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
  }
}

function report({ passed, failed }: SuiteResult): number {
  for (const { title, ms } of passed) console.log(`✔ ${title} (${String(ms)} ms)`);
  for (const { title, message } of failed) console.log(`✖ ${title}\n${message.replace(/^/gm, '    ')}`);
  console.log(`# pass ${String(passed.length)}\n# fail ${String(failed.length)}`);
  return failed.length === 0 && passed.length > 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
