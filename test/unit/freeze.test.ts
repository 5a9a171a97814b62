import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { Freeze } from '../../extension/core/freeze';
import { Segments } from '../../extension/core/segments';
import { FakeMachine } from './fake';
import { until } from './until';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const address = { mechanism: 'posix', name: '/frozen' } as const;

async function stage(t: TestContext, write = true) {
  const machine = new FakeMachine();
  const memory = machine.add('posix', '/frozen', bytes(1, 2, 3, 4, 5, 6, 7, 8));
  const segments = new Segments(machine.native);
  const segment = segments.checkout({ type: 'posix', name: '/frozen' });
  await segment.attach(write);
  t.after(() => segments.dispose());
  const freeze = (offset: number, kept: Uint8Array, limitMs = 60_000): Freeze => {
    const frozen = new Freeze(segment, offset, kept, limitMs);
    t.after(() => {
      frozen.dispose();
    });
    return frozen;
  };
  return { machine, memory, segment, freeze };
}

test('frozen bytes are put back whenever something else changes them', async (t) => {
  const { memory, freeze } = await stage(t);
  const frozen = freeze(2, bytes(3, 4));
  for (let time = 1; time <= 3; time++) {
    memory.bytes[2] = 99;
    memory.bytes[4] = time;
    await until('the byte is back', () => memory.bytes[2] === 3);
    assert.equal(memory.bytes[4], time, 'the byte beside is left alone');
  }
  await until('it was counted', () => frozen.state.writes === 3);
  assert.deepEqual(frozen.state, {
    offset: 2,
    length: 2,
    writes: 3,
    skips: 0,
    limit: 60,
    ended: null,
    message: null,
  });
});

test('bytes that nobody changes are not written', async (t) => {
  const { machine, freeze } = await stage(t);
  const frozen = freeze(0, bytes(1, 2));
  const before = machine.called('read');
  await until('it looked three times', () => machine.called('read') > before + 3);
  assert.deepEqual([machine.called('exchange'), frozen.state.writes], [0, 0]);
});

test('a lock that is held is skipped, and the bytes are put back once it is free', async (t) => {
  const { machine, memory, freeze } = await stage(t);
  const semaphore = machine.addSemaphore(address, 0);
  const frozen = freeze(0, bytes(1));
  memory.bytes[0] = 9;
  await until('two turns were skipped', () => frozen.state.skips >= 2);
  assert.equal(memory.bytes[0], 9);
  semaphore.value = 1;
  await until('the byte is back', () => memory.bytes[0] === 1);
  assert.equal(frozen.state.ended, null);
});

test('a stopped freeze writes no more', async (t) => {
  const { machine, memory, freeze } = await stage(t);
  const frozen = freeze(0, bytes(1));
  const ends: unknown[] = [];
  frozen.onDidChange(({ ended }) => ends.push(ended));
  frozen.stop();
  memory.bytes[0] = 9;
  const reads = machine.called('read');
  await delay(150);
  assert.deepEqual([memory.bytes[0], machine.called('read') - reads, ends], [9, 0, ['stopped']]);
});

test('it ends by itself at its limit', async (t) => {
  const { freeze } = await stage(t);
  const frozen = freeze(0, bytes(1), 100);
  await until('the limit ended it', () => frozen.state.ended === 'limit');
});

test('it ends when we detach, and when the segment goes', async (t) => {
  const first = await stage(t);
  const frozen = first.freeze(0, bytes(1));
  await first.segment.detach();
  assert.equal(frozen.state.ended, 'detached');
  const second = await stage(t);
  const other = second.freeze(0, bytes(1));
  second.machine.unlink(second.memory);
  await until('its going ended it', () => other.state.ended === 'detached');
});

test('it ends as failed where the segment shrank below it', async (t) => {
  const { memory, freeze } = await stage(t);
  const frozen = freeze(6, bytes(7, 8));
  memory.bytes = memory.bytes.slice(0, 4);
  await until('its shrinking ended it', () => frozen.state.ended !== null);
  assert.notEqual(frozen.state.ended, 'stopped');
});

test('nothing is frozen where nothing can be written, or past the end', async (t) => {
  const { freeze } = await stage(t);
  assert.throws(() => freeze(7, bytes(1, 2)), { code: 'invalid-size' });
  const observed = await stage(t, false);
  assert.throws(() => observed.freeze(0, bytes(1)), { code: 'permission-denied' });
});

test('what the user writes into frozen bytes is kept from then on', async (t) => {
  const { memory, freeze } = await stage(t);
  const frozen = freeze(2, bytes(3, 4, 5));
  frozen.adopt(1, bytes(20, 30, 40));
  await until('both are written', () => memory.bytes[2] === 30 && memory.bytes[3] === 40);
  assert.deepEqual([...memory.bytes], [1, 2, 30, 40, 5, 6, 7, 8]);
  frozen.adopt(6, bytes(1));
  assert.equal(frozen.state.length, 3);
});
