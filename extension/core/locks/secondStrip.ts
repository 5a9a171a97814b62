import type { LockStrip } from '../../shared/lockReport';
import { mostStripWaiters, stripSeconds, stripWaiter } from '../../shared/lockRow';

/** A strip in whole seconds of the clock, as LockRow has it: it differs from the last at most once a second by time. */
export function secondStrip({ fromMs, stepMs, marks, waiters }: LockStrip): readonly number[] {
  const seconds: { mark: number; waiting: number }[] = [];
  let last = -1;
  marks.forEach((mark, index) => {
    const second = Math.floor((fromMs + index * stepMs) / 1000);
    if (second !== last) seconds.push({ mark: 0, waiting: 0 });
    last = second;
    const into = seconds.at(-1);
    if (into === undefined) return;
    into.mark |= mark;
    into.waiting = Math.max(into.waiting, Math.min(mostStripWaiters, waiters[index] ?? 0));
  });
  return seconds.slice(-stripSeconds).map(({ mark, waiting }) => mark + stripWaiter * waiting);
}
