// The demo in a real VS Code: `npm start -- --help`. Sets everything up first.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);

try {
  await start();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function start() {
  if (args.includes('--desktop') && spawnSync('code', ['--version']).status !== 0) {
    throw new Error('There is no "code" on the PATH; without --desktop it runs in the browser.');
  }
  setUp('start', { browser: args.includes('--check') });
  const { buildAddon, buildBundles, buildTests } = await import('./build.mjs');
  const { buildPrograms, qtFlags } = await import('./programs.mjs');
  const { packExtension } = await import('./package.mjs');
  buildAddon();
  await buildBundles();
  await buildTests(['demo/start.ts', 'demo/producer.ts', 'demo/consumer.ts']);
  for (const version of [5, 6]) {
    if (qtFlags(version) !== null) buildPrograms([`qt${version}-producer`, `qt${version}-consumer`]);
  }
  const { path } = await packExtension();
  const program = [fileURLToPath(new URL('../out/test/demo/start.js', import.meta.url)), '--vsix', path];
  // A process group of its own: a Ctrl-C reaches this process alone, and what it started ends in order.
  const child = spawn(process.execPath, [...program, ...args], {
    cwd: root,
    stdio: 'inherit',
    detached: true,
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((done) => child.on('exit', (code) => done(code ?? 1)));
}
