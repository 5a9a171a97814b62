// Starts a VS Code with this checkout in it, or takes a picture of one: `node scripts/try.mjs --help`.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

setUp('start', { browser: process.argv.includes('--shot') });
const { buildTests } = await import('./build.mjs');
await buildTests(['vscode/try.ts']);
const program = fileURLToPath(new URL('../out/test/vscode/try.js', import.meta.url));
const child = spawn(process.execPath, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
// Both get a Ctrl-C of the terminal; a signal to this one alone is handed on.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => (process.exitCode = code ?? 1));
