// What an extension host does with a segment, without an end: `node host.js QT-KEY KEY-FOLDER STEP-FILE`. Says "ready", begins at
// the first line of standard input, and keeps in the one byte of the file which of `steps` it is at.
import { openSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { Editor } from '../../extension/core/editor';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { saveSegment } from '../../extension/core/lifecycle';
import { Live } from '../../extension/core/live';
import { Segments, type OpenSegment } from '../../extension/core/segments';
import { native } from '../native/ground';
import { steps, type Step } from './hostSteps';

const timeoutMs = 10_000;
const [, , qtKey = '', keyFolder = '', stepFile = ''] = process.argv;
const key = qtLegacyKey(qtKey, 'systemv', keyFolder);
const file = openSync(stepFile, 'r+');

function at(step: Step): void {
  writeSync(file, Uint8Array.of(steps.indexOf(step) + 1), 0, 1, 0);
}

/** Two frames of a live view that copies under the lock. */
async function live(segment: OpenSegment): Promise<void> {
  let frames = 0;
  const pace = { hertz: 60, paused: false, underLock: true };
  await new Promise<void>((seen) => {
    const view = new Live(
      segment,
      () => {
        frames += 1;
        if (frames === 2) {
          view.dispose();
          seen();
        } else view.watch({ offset: 4096, length: 4096 });
        return Promise.resolve();
      },
      pace,
    );
    view.watch({ offset: 0, length: 4096 });
  });
}

async function edits(segment: OpenSegment): Promise<void> {
  const editor = new Editor(segment, () => timeoutMs);
  for (let time = 0; time < 6; time++) {
    const expected = new Uint8Array(8);
    segment.read(64, expected);
    await editor.edit({ offset: 64, expected, bytes: expected.map((byte) => byte + 1) });
    await editor.undo();
  }
}

/** All at once, attached and with the lock, as when a window is closed. */
async function end(): Promise<void> {
  for (let time = 0; time < 5; time++) {
    const segments = new Segments(native);
    const segment = segments.checkout(key);
    await segment.attach(true);
    await segment.acquireLock({ timeoutMs, create: true });
    await segments.dispose();
  }
}

async function round(): Promise<void> {
  const segments = new Segments(native);
  at('observe');
  const segment = segments.checkout(key);
  await segment.settled();
  segment.read(0, new Uint8Array(segment.size));
  at('live');
  await live(segment);
  at('attach');
  await segment.attach(true);
  at('edit');
  await edits(segment);
  at('write');
  for (let time = 0; time < 10; time++)
    await segment.write(128, new Uint8Array(32_768).fill(time), timeoutMs);
  at('hold');
  for (let time = 0; time < 20; time++) {
    await segment.acquireLock({ timeoutMs, create: true });
    segment.read(0, new Uint8Array(segment.size));
    segment.releaseLock();
  }
  at('save');
  await saveSegment(segment, `${stepFile}.saved`, () => undefined, new AbortController().signal);
  at('detach');
  await segment.detach({ timeoutMs });
  segment.dispose();
  await segments.dispose();
  at('end');
  await end();
}

void (async () => {
  // Else the process would end when nothing but a thread of the addon is at work.
  setInterval(() => undefined, 1000);
  process.stdout.write('ready\n');
  await once(process.stdin, 'data');
  for (;;) await round();
})();
