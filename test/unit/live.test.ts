import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Live } from '../../extension/core/live';
import { Segments } from '../../extension/core/segments';
import type { Frame } from '../../extension/shared/protocol';
import { FakeMachine } from './fake';
import { until } from './until';

/** A live view of 64 bytes whose frames are answered by `answer`. */
async function stage(t: TestContext, { answer = () => Promise.resolve(), length = 16 } = {}) {
  const machine = new FakeMachine();
  const memory = machine.add(
    'posix',
    '/live',
    Uint8Array.from({ length: 64 }, (_, index) => index),
  );
  const segments = new Segments(machine.native);
  const segment = segments.checkout({ type: 'posix', name: '/live' });
  await until('the segment is live', () => segment.presence === 'live');
  const sent: Frame[] = [];
  const frames: Frame[] = [];
  const live = new Live(
    segment,
    (frame) => {
      sent.push(frame);
      frames.push(whole(frame, frames.at(-1)));
      return answer();
    },
    { hertz: 60, paused: false, underLock: false },
  );
  t.after(async () => {
    live.dispose();
    segment.dispose();
    await segments.dispose();
  });
  live.watch({ offset: 0, length });
  const looks = async (count: number): Promise<void> => {
    const before = machine.called('read');
    await until(`${String(count)} more looks`, () => machine.called('read') >= before + count);
  };
  return { machine, memory, segment, live, sent, frames, looks };
}

/** A frame with all its bytes, as a view puts them together. */
function whole(frame: Frame, before: Frame | undefined): Frame {
  const { runs, bytes, length } = frame;
  if (runs === null) return { ...frame, bytes: bytes.slice() };
  const all = before?.bytes.slice() ?? new Uint8Array(length);
  let told = 0;
  for (let at = 0; at < runs.length; at += 2) {
    const count = runs[at + 1] ?? 0;
    all.set(bytes.subarray(told, told + count), runs[at]);
    told += count;
  }
  assert.equal(told, bytes.length);
  return { ...frame, bytes: all };
}

/** The frames that say more than another rate. */
function news(frames: readonly Frame[]): readonly Frame[] {
  return frames.filter((frame, index) => {
    const before = frames[index - 1];
    if (!before) return true;
    return frame.runs === null
      ? Math.abs(before.rate - frame.rate) < 1 || Buffer.compare(before.bytes, frame.bytes) !== 0
      : Buffer.compare(before.bytes, frame.bytes) !== 0;
  });
}

test('the first look is sent, and then nothing while nothing changes', async (t) => {
  const { frames, looks } = await stage(t);
  await looks(10);
  assert.equal(news(frames).length, 1);
  assert.deepEqual(
    [...(frames[0]?.bytes ?? [])],
    Array.from({ length: 16 }, (_, index) => index),
  );
  assert.equal(frames[0]?.size, 64);
});

test('a changed byte in the window is sent, one outside is not', async (t) => {
  const { memory, frames, looks } = await stage(t);
  await looks(2);
  memory.bytes[20] = 0xff;
  await looks(4);
  assert.equal(news(frames).length, 1);
  memory.bytes[3] = 0xff;
  await looks(3);
  assert.equal(news(frames).length, 2);
  assert.equal(frames.at(-1)?.bytes[3], 0xff);
  assert.deepEqual(
    frames.map(({ sequence }) => sequence),
    frames.map((_, index) => index + 1),
  );
});

test('a frame tells what differs from the one before, in a buffer of its own', async (t) => {
  const { memory, sent, frames, looks } = await stage(t);
  await until('the first frame is sent', () => frames.length >= 1);
  memory.bytes[3] = 0xff;
  await until('the second frame is sent', () => frames.at(-1)?.bytes[3] === 0xff);
  await looks(2);
  assert.equal(sent[0]?.runs, null);
  assert.deepEqual(sent.find(({ runs }) => runs !== null && runs.length > 0)?.runs, [3, 1]);
  for (const { bytes } of sent) {
    assert.equal(bytes.buffer.byteLength, bytes.length);
    assert.equal(Object.getPrototypeOf(bytes), Uint8Array.prototype);
  }
  assert.equal(sent[0].bytes[3], 3, 'a frame that was sent never changes');
});

test('after a frame that the view refused everything is told again', async (t) => {
  const { memory, sent, frames } = await stage(t, {
    answer: () => (sent.at(-1)?.runs ? Promise.reject(new Error('lost')) : Promise.resolve()),
  });
  await until('the first frame is sent', () => frames.length >= 1);
  memory.bytes[3] = 0xff;
  await until('the difference is sent', () => sent.some(({ runs }) => runs !== null && runs.length > 0));
  await until('all is sent', () => sent.at(-1)?.runs === null && sent.at(-1)?.bytes[3] === 0xff);
});

test('the lock is taken for every copy only while the user asks for it', async (t) => {
  const { live, frames } = await stage(t);
  await until('the first frame is sent', () => frames.length >= 1);
  assert.equal(frames[0]?.copy, 'unlocked');
  live.pace({ hertz: 60, paused: false, underLock: true });
  await until('bytes come from under the lock', () => frames.at(-1)?.copy === 'locked');
  live.pace({ hertz: 60, paused: false, underLock: false });
  await until('bytes come from beside the lock', () => frames.at(-1)?.copy === 'unlocked');
});

test('a change of size or lock is sent without a change of bytes', async (t) => {
  const { machine, memory, frames, looks } = await stage(t);
  await until('the rate, too, is sent', () => (frames.at(-1)?.rate ?? 0) > 0);
  const longer = new Uint8Array(128);
  longer.set(memory.bytes);
  memory.bytes = longer;
  await looks(6);
  assert.equal(frames.at(-1)?.size, 128);
  machine.addSemaphore({ mechanism: 'posix', name: '/live' }, 0);
  await looks(6);
  assert.equal(frames.at(-1)?.lock.state, 'held');
});

test('where the window has no memory is told once, and again only when it is elsewhere', async (t) => {
  const { memory, sent, frames, live, looks } = await stage(t);
  await until('the first frame is sent', () => sent.length >= 1);
  assert.deepEqual(sent[0]?.holes, []);
  memory.holes = [4, 8, 32, 32];
  await until('the holes are sent', () => sent.some(({ holes }) => holes?.length === 2));
  const told = sent.filter(({ holes }) => holes?.length === 2);
  assert.deepEqual([told[0]?.holes, told[0]?.bytes.length], [[4, 8], 0], 'without a byte');
  memory.bytes[1] = 0xff;
  await until('the byte is sent', () => frames.at(-1)?.bytes[1] === 0xff);
  await looks(4);
  assert.equal(sent.filter(({ holes }) => holes !== null).length, 2);
  assert.deepEqual(live.picture?.holes, [4, 8]);
  live.watch({ offset: 40, length: 16 });
  await until('the other window is sent', () => sent.at(-1)?.offset === 40);
  assert.deepEqual(live.picture.holes, [40, 16]);
  memory.holes = [];
  await until('they are gone', () => live.picture?.holes.length === 0);
});

test('what is looked at while paused has its holes, and what was refused is told with them again', async (t) => {
  const { memory, sent, live } = await stage(t, {
    answer: () => (sent.at(-1)?.holes?.length === 2 ? Promise.reject(new Error('lost')) : Promise.resolve()),
  });
  await until('the first frame is sent', () => sent.length >= 1);
  memory.holes = [4, 8, 32, 32];
  await until('the holes are sent twice', () => sent.filter(({ holes }) => holes?.length === 2).length >= 2);
  live.pace({ hertz: 60, paused: true, underLock: false });
  live.watch({ offset: 32, length: 16 });
  await until('the other window is sent', () => sent.at(-1)?.offset === 32);
  assert.deepEqual(sent.at(-1)?.holes, [32, 16]);
});

test('while a frame is not answered nothing is read or sent; then the latest is', async (t) => {
  const answers: (() => void)[] = [];
  const { machine, memory, frames } = await stage(t, {
    answer: () => new Promise<void>((resolve) => answers.push(resolve)),
  });
  await until('the first frame is sent', () => frames.length >= 1);
  const before = machine.called('read');
  const other = await stage(t);
  memory.bytes[0] = 1;
  await other.looks(4);
  memory.bytes[0] = 2;
  assert.equal(machine.called('read'), before);
  answers[0]?.();
  await until('the next frame is sent', () => frames.length >= 2);
  assert.equal(frames[1]?.bytes[0], 2);
});

test('a frame that the view refused is sent again', async (t) => {
  let refusals = 5;
  const { frames } = await stage(t, {
    answer: () => (refusals-- > 0 ? Promise.reject(new Error('closed')) : Promise.resolve()),
  });
  await until('the frame is sent again and again', () => news(frames).length >= 3);
});

for (const [state, enter, leave] of [
  [
    'hidden',
    (live: Live) => {
      live.visible(false);
    },
    (live: Live) => {
      live.visible(true);
    },
  ],
  [
    'paused',
    (live: Live) => {
      live.pace({ hertz: 60, paused: true, underLock: false });
    },
    (live: Live) => {
      live.pace({ hertz: 60, paused: false, underLock: false });
    },
  ],
  [
    'watching nothing',
    (live: Live) => {
      live.watch({ offset: 0, length: 0 });
    },
    (live: Live) => {
      live.watch({ offset: 0, length: 16 });
    },
  ],
] as const) {
  test(`nothing is read while ${state}, and at once again afterwards`, async (t) => {
    const { machine, live, looks } = await stage(t);
    await looks(2);
    enter(live);
    const before = machine.called('read');
    const other = await stage(t);
    await other.looks(6);
    assert.equal(machine.called('read'), before);
    assert.equal(live.rate, 0);
    leave(live);
    await looks(2);
  });
}

test('a window asked for while paused is looked at once, and once more when it is asked for again', async (t) => {
  const { machine, live, looks, frames } = await stage(t);
  await looks(2);
  live.pace({ hertz: 60, paused: true, underLock: false });
  const before = machine.called('read');
  live.watch({ offset: 32, length: 16 });
  await until('the other window is sent', () => frames.at(-1)?.offset === 32);
  const sent = frames.length;
  live.watch({ offset: 32, length: 16 });
  await until('it is sent again', () => frames.length > sent);
  const other = await stage(t);
  await other.looks(6);
  assert.equal(machine.called('read'), before + 2);
});

test('paused before the bytes of another window have come, they are looked at once', async (t) => {
  const { live, frames } = await stage(t);
  await until('a frame', () => frames.length > 0);
  live.watch({ offset: 32, length: 16 });
  live.pace({ hertz: 60, paused: true, underLock: false });
  await until('the bytes of the other window', () => frames.at(-1)?.offset === 32);
  assert.deepEqual(frames.at(-1)?.bytes[0], 32);
});

test('another window is sent even where its bytes are the same', async (t) => {
  const { memory, live, frames } = await stage(t);
  memory.bytes.fill(0);
  await until('the first frame is sent', () => frames.length >= 1);
  live.watch({ offset: 32, length: 16 });
  await until('the other window is sent', () => frames.at(-1)?.offset === 32);
});

test('a window past the end has as many bytes as there are', async (t) => {
  const { live, frames } = await stage(t);
  live.watch({ offset: 56, length: 16 });
  await until('the end is sent', () => frames.at(-1)?.offset === 56);
  assert.equal(frames.at(-1)?.bytes.length, 8);
  live.watch({ offset: 4096, length: 16 });
  await until('nothing is sent', () => frames.at(-1)?.offset === 4096);
  assert.equal(frames.at(-1)?.bytes.length, 0);
});

test('a rate is sent once it is known, and again when it changes noticeably', async (t) => {
  const { live, frames } = await stage(t);
  await until('the rate is sent', () => (frames.at(-1)?.rate ?? 0) > 0);
  live.pace({ hertz: 10, paused: false, underLock: false });
  await until('the lower rate is sent', () => (frames.at(-1)?.rate ?? 60) < 20);
  assert.equal(news(frames).length, 1);
});

test('the rate is the one achieved, counted over a second', async (t) => {
  const { live, looks } = await stage(t);
  await looks(70);
  assert.ok(live.rate > 0 && live.rate <= 70, String(live.rate));
});

test('a removed segment is sent no more, and a reopened one at once', async (t) => {
  const { machine, memory, segment, live, frames } = await stage(t);
  await until('the first frame is sent', () => frames.length >= 1);
  machine.unlink(memory);
  await until('the removal is seen', () => segment.presence === 'removed');
  const before = machine.called('read');
  machine.add('posix', '/live', new Uint8Array(64));
  await until('the other segment is seen', () => segment.presence === 'recreated');
  assert.equal(machine.called('read'), before);
  assert.equal(live.picture?.bytes[1], 1, 'the last bytes are kept');
  await segment.reopen();
  await until('the other segment is sent', () => frames.at(-1)?.bytes[1] === 0);
});
