import { bytes, flag, integer, list, nullable, number, oneOf, shape, type Check } from '../check';
import { Fault } from '../fault';
import { longestWindow, mostRanges } from '../limits';
import { lockKinds, lockStates, type LockStatus, type ProcessName } from '../lock';
import type { Cursor, Frame, Pace, Peek } from '../protocol';
import { anyText, offset, window } from './places';

/** Most runs of one frame; the addon tells everything where there would be more. */
const mostRuns = 1024;

export const pace = shape<Pace>({ hertz: integer(1, 60), paused: flag, underLock: flag });
export const cursor = shape<Cursor>({ offset, length: offset, start: offset });

const processName = shape<ProcessName>({ pid: integer(0), name: anyText });

const lock = shape<LockStatus>({
  kind: oneOf(...lockKinds),
  state: oneOf(...lockStates),
  holder: nullable(processName),
  waiters: nullable(integer(0)),
  value: nullable(integer(0)),
});

const frameShape = shape<Frame>({
  sequence: integer(0),
  offset,
  length: integer(0, longestWindow),
  runs: nullable(list(integer(0, longestWindow), 2 * mostRuns)),
  bytes: bytes(0, longestWindow),
  holes: nullable(list(offset, 2 * mostRuns)),
  copy: oneOf('unlocked', 'locked', 'busy'),
  size: offset,
  lock,
  rate: number(0, 1000),
});

/** A frame tells as many bytes as its runs are long, and its holes are within the window. */
export const frame: Check<Frame> = (value) => {
  const checked = frameShape(value);
  const { runs, length, bytes: told, holes, offset: first } = checked;
  const total = runs === null ? length : totalOf(runs, 0, length);
  if (holes !== null) totalOf(holes, first, first + length);
  if (total === told.length) return checked;
  throw new Fault('invalid-size', `${String(told.length)} bytes for ${String(total)} that are told`);
};

/** Bytes in runs that ascend from `first` to at most `last`; throws where they do not. */
function totalOf(runs: readonly number[], first: number, last: number): number {
  let total = 0;
  let end = first;
  for (let at = 0; at < runs.length; at += 2) {
    const start = runs[at] ?? 0;
    const count = runs[at + 1] ?? 0;
    if (start < end || count === 0 || start + count > last) {
      throw new Fault('invalid-size', `a run of ${String(count)} at ${String(start)} of ${String(last)}`);
    }
    end = start + count;
    total += count;
  }
  return total;
}

const peekShape = shape<Peek>({ ranges: list(window, mostRanges) });

/** At most a mebibyte in all. */
export const peek: Check<Peek> = (value) => {
  const checked = peekShape(value);
  const total = checked.ranges.reduce((sum, { length }) => sum + length, 0);
  if (total <= longestWindow) return checked;
  throw new Fault('invalid-size', `${String(total)} bytes; at most ${String(longestWindow)}`);
};
