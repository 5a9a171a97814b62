import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sweep } from '../../extension/core/native';
import { SegmentSweep } from '../../extension/core/segmentSweep';

/** A sweep as the addon has it, of which every failure would close the segment. */
function stage() {
  const failures: unknown[] = [];
  const asked: number[] = [];
  const state = { marks: 0, broken: false, isOpen: true };
  const sweep = {
    progress: { size: 4096 },
    mark: () => ++state.marks,
    changedSince: (mark: number) => {
      asked.push(mark);
      if (state.broken) throw new Error('gone');
      return { offsets: new Float64Array(), lengths: new Float64Array(), total: 0 };
    },
    stop: () => undefined,
  } as unknown as Sweep;
  const made = new SegmentSweep(
    sweep,
    () => state.isOpen,
    (error) => failures.push(error),
  );
  return { made, failures, asked, state };
}

test('a mark that is none of this sweep finds nothing, is not asked for, and closes nothing', () => {
  const { made, failures, asked } = stage();
  assert.equal(made.changedSince(0, 10), null, 'before any mark');
  const mark = made.mark();
  for (const other of [mark + 1, Number.MAX_SAFE_INTEGER, -1, NaN, 0.5]) {
    assert.equal(made.changedSince(other, 10), null, String(other));
  }
  assert.deepEqual([failures, asked], [[], []]);
  assert.equal(made.changedSince(mark, 10)?.total, 0);
  assert.deepEqual([failures, asked], [[], [mark]]);
});

test('what the sweep fails with is told, once for each try, and nothing is found', () => {
  const { made, failures, state } = stage();
  const mark = made.mark();
  state.broken = true;
  assert.equal(made.changedSince(mark, 10), null);
  assert.equal(failures.length, 1);
});

test('it is current until it is stopped, and only while the segment has the handle it began with', () => {
  const { made, state } = stage();
  assert.equal(made.isCurrent, true);
  state.isOpen = false;
  assert.equal(made.isCurrent, false);
  state.isOpen = true;
  made.stop();
  assert.equal(made.isCurrent, false);
});
