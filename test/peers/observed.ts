import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { root } from './peer';

/** In the environment: every test of a file runs while our extension observes the whole machine. */
const variable = 'SEGMENT_LENS_OBSERVED';

/** What an observer says at its end. */
export interface Observations {
  /** Times that it went over everything. */
  readonly rounds: number;
  /** Segments that it saw alive. */
  readonly segments: number;
  /** Times that their bytes were told. */
  readonly looks: number;
}

let areSegments = true;

/** For a file that makes no segment: there is none to be seen. */
export function observeNoSegments(): void {
  areSegments = false;
}

/** Where it is asked for: an observer from before the first test of this file until after the last. */
export function observeWhereAsked(): void {
  if (process.env[variable] !== '1') return;
  const child = spawn(process.execPath, [join(root, 'out/test/peers/observer.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  before(async () => {
    await once(child.stdout, 'data');
  });
  after(async () => {
    const ended = once(child, 'close') as Promise<[code: number | null]>;
    child.stdin.end();
    assert.equal((await ended)[0], 0);
    const { rounds, segments, looks } = JSON.parse(said.split('\n')[1] ?? '') as Observations;
    console.log(`observed ${String(segments)} segments ${String(looks)} times in ${String(rounds)} rounds`);
    assert.ok(areSegments ? segments > 0 && looks > 0 : rounds > 0, 'nothing was observed');
  });
}
