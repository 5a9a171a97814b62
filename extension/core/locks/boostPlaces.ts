import type { LockLayout } from './layout';

/** Where a managed segment of Boost 1.74 has its two mutexes, and the kinds that they have (facts/interop.md, 5). */
const mutexes = [
  { offset: 0x10, kind: 0x80 },
  { offset: 0x70, kind: 0x81 },
] as const;
/** The first word, once it is ready. */
const ready = 2;

/** Whether a managed segment of Boost.Interprocess has one of its own mutexes here. Reads a few bytes where it may be. */
export function matchBoost(
  offset: number,
  read: (offset: number, target: Uint8Array) => number,
  { mutex }: LockLayout,
): boolean {
  if (mutex.size !== 40 || !mutexes.some((known) => known.offset === offset)) return false;
  const head = new Uint8Array(0xa0);
  if (read(0, head) < head.length) return false;
  const view = new DataView(head.buffer);
  return (
    view.getUint32(0, true) === ready &&
    mutexes.every((known) => view.getUint32(known.offset + mutex.kind, true) === known.kind)
  );
}
