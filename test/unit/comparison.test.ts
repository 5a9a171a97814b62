import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ComparedFile } from '../../extension/core/comparedFile';
import { Comparison, type FrameSink } from '../../extension/core/comparison';
import type { Frame } from '../../extension/shared/protocol';
import { until } from './until';

/** Takes the frames of what is compared with. */
const toOther = (other: FrameSink['other']): FrameSink => ({
  other,
  stop: () => Promise.reject(new Error('no stop was said')),
});
const pace = { hertz: 60, paused: false, underLock: true };

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'segment-lens-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a file is compared by ranges of its bytes, once for each window', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'bytes');
    await writeFile(
      path,
      Uint8Array.from({ length: 1000 }, (_, index) => index & 0xff),
    );
    const file = await ComparedFile.open(path);
    const now = { size: 1000, read: (_: number, target: Uint8Array) => target.fill(0).length };
    const frames: Frame[] = [];
    const send = (frame: Frame): Promise<void> => {
      frames.push(frame);
      return Promise.resolve();
    };
    const comparison = new Comparison(
      now,
      { kind: 'file', side: file, copy: 'unlocked' },
      toOther(send),
      pace,
    );
    comparison.watch({ offset: 990, length: 100 });
    await until('the bytes come', () => frames.length === 1);
    assert.deepEqual([...(frames[0]?.bytes ?? [])], [222, 223, 224, 225, 226, 227, 228, 229, 230, 231]);
    assert.equal(frames[0]?.size, 1000);
    assert.deepEqual(await comparison.find({ from: 1, direction: 'next' }, () => undefined), {
      offset: 257,
      length: 255,
      wrapped: false,
    });
    comparison.visible(false);
    comparison.watch({ offset: 0, length: 10 });
    comparison.visible(true);
    comparison.watch({ offset: 5, length: 1 });
    await until('the other bytes come', () => frames.length === 2);
    assert.equal(frames[1]?.offset, 5);
    comparison.dispose();
    file.dispose();
  }));

test('a file that was cut short has no bytes where it ended, and a folder is no file', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'bytes');
    await writeFile(path, new Uint8Array(100).fill(1));
    const file = await ComparedFile.open(path);
    await truncate(path, 40);
    assert.equal(await file.read(30, new Uint8Array(20)), 10);
    file.dispose();
    await assert.rejects(ComparedFile.open(folder), { code: 'unsupported' });
    await assert.rejects(ComparedFile.open(join(folder, 'none')), { code: 'not-found' });
  }));

test('a file that changes, is replaced, goes and comes back is shown as it is', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'bytes');
    await writeFile(path, 'first');
    const file = await ComparedFile.open(path);
    const now = { size: 5, read: () => 0 };
    const shown: string[] = [];
    const send = (frame: Frame): Promise<void> => {
      shown.push(`${Buffer.from(frame.bytes).toString()} of ${String(frame.size)}`);
      return Promise.resolve();
    };
    const told: boolean[] = [];
    const comparison = new Comparison(
      now,
      { kind: 'file', side: file, copy: 'unlocked' },
      toOther(send),
      pace,
      () => told.push(file.isThere),
    );
    const shows = (what: string): Promise<void> => until(`${what} shows`, () => shown.at(-1) === what);
    comparison.watch({ offset: 0, length: 100 });
    await shows('first of 5');
    await writeFile(path, 'longer than before');
    await shows('longer than before of 18');
    await writeFile(join(folder, 'other'), 'saved');
    await rename(join(folder, 'other'), path);
    await shows('saved of 5');
    await rm(path);
    await until('its going is told', () => told.at(-1) === false);
    await shows('saved of 5');
    await writeFile(path, 'back');
    await shows('back of 4');
    assert.equal(told.at(-1), true);
    comparison.dispose();
    file.dispose();
  }));

test('a file is not looked at while the view is hidden or paused', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'bytes');
    await writeFile(path, 'first');
    const file = await ComparedFile.open(path);
    let looks = 0;
    const side = {
      size: 5,
      read: () => 0,
      look: () => {
        looks++;
        return file.look();
      },
    };
    const counterpart = { kind: 'file', side, copy: 'unlocked' } as const;
    const now = { size: 5, read: () => 0 };
    const comparison = new Comparison(
      now,
      counterpart,
      toOther(() => Promise.resolve()),
      { ...pace, paused: true },
    );
    await delay(1200);
    assert.equal(looks, 0, 'paused');
    comparison.pace(pace);
    await until('it looks', () => looks > 0);
    comparison.visible(false);
    const before = looks;
    await delay(1200);
    assert.equal(looks, before, 'hidden');
    comparison.visible(true);
    await until('it looks again', () => looks > before);
    comparison.dispose();
    file.dispose();
  }));

test('a search that is begun anew gives the one before up', async () => {
  const zeros = { size: 2 ** 40, read: (_: number, target: Uint8Array) => target.fill(0).length };
  const comparison = new Comparison(
    zeros,
    { kind: 'moment', side: zeros, copy: 'unlocked' },
    toOther(() => Promise.resolve()),
    pace,
  );
  const first = comparison.find({ from: 0, direction: 'next' }, () => undefined);
  const second = comparison.find({ from: 0, direction: 'next' }, () => undefined);
  await assert.rejects(first, { code: 'closed' });
  comparison.dispose();
  await assert.rejects(second, { code: 'closed' });
});

test('what was there at a later moment comes beside what is compared with, for each window', async () => {
  const filled = (value: number) => ({
    size: 100,
    read: (_: number, target: Uint8Array) => target.fill(value).length,
  });
  const told: (readonly [string, number, number, string])[] = [];
  const sink = (name: string) => (frame: Frame) => {
    told.push([name, frame.offset, frame.bytes[0] ?? -1, frame.copy]);
    return Promise.resolve();
  };
  const stop = { side: filled(2), copy: 'locked' } as const;
  const counterpart = { kind: 'moment', side: filled(1), copy: 'unlocked', stop } as const;
  const comparison = new Comparison(
    filled(3),
    counterpart,
    { other: sink('other'), stop: sink('stop') },
    pace,
  );
  comparison.watch({ offset: 8, length: 4 });
  await until('both come', () => told.length === 2);
  comparison.watch({ offset: 16, length: 4 });
  await until('both come again', () => told.length === 4);
  assert.deepEqual(told, [
    ['other', 8, 1, 'unlocked'],
    ['stop', 8, 2, 'locked'],
    ['other', 16, 1, 'unlocked'],
    ['stop', 16, 2, 'locked'],
  ]);
  comparison.dispose();
});
