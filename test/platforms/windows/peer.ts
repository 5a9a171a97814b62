import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Native } from '../../../extension/core/native';

const [addonPath = '', peerPath = ''] = process.argv.slice(2);

/** Both paths are arguments of the test: `node conformance.test.js ADDON PEER`. */
export const native = createRequire(__filename)(addonPath) as Native;
export const addon = addonPath;

export interface Peer {
  readonly pid: number;
  /** What it read. */
  readonly out: () => string;
  /** Ends it as it wants to end; answers when it has. */
  readonly stop: () => Promise<void>;
  /** Ends it without a word. */
  readonly kill: () => Promise<void>;
}

const running = new Set<Peer>();
after(async () => {
  for (const peer of running) await peer.kill();
});

/** Another program that has done these things and keeps them: see peer.c. */
export async function peer(...words: readonly string[]): Promise<Peer> {
  return program(peerPath, (folder) => [folder, ...words]);
}

/** A program that makes a file `ready` in the folder that it is given. Its output is no pipe, which wine cannot take. */
export async function program(path: string, args: (folder: string) => readonly string[]): Promise<Peer> {
  const folder = mkdtempSync(join(tmpdir(), 'segment-lens-'));
  const output = openSync(join(folder, 'output'), 'w');
  const child = spawn(path, args(folder), { stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  const gone = async () => {
    await ended;
    running.delete(made);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const made: Peer = {
    pid: child.pid ?? 0,
    out: () => readFileSync(join(folder, 'out'), 'latin1'),
    stop: async () => {
      writeFileSync(join(folder, 'stop'), '');
      await gone();
    },
    kill: async () => {
      child.kill();
      await gone();
    },
  };
  running.add(made);
  await until(() => {
    if (child.exitCode !== null)
      throw new Error(`${path} ended: ${readFileSync(join(folder, 'output'), 'latin1')}`);
    return existsSync(join(folder, 'ready'));
  });
  return made;
}

/** Waits until it holds; the run as a whole has an end. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 5));
}
