// A process of any processor that uses one segment and its lock as it is told: see members.ts.
import type { HeldLock, LockAddress, LockPeek, Segment, SegmentAddress } from '../../native/index';
import { bytesOf, identityOf, native, readText } from '../native/ground';

const [segmentAddress, lock] = JSON.parse(process.argv[2] ?? '[]') as [SegmentAddress, LockAddress];
let segment: Segment | undefined;
let held: HeldLock | undefined;

function opened(): Segment {
  if (!segment) throw new Error('There is no segment yet.');
  return segment;
}

/** What a member can be told to do. */
export const calls = {
  async create(size: number): Promise<void> {
    segment = await native.create(segmentAddress, { size, lock });
  },
  async open(): Promise<void> {
    segment = await native.open(segmentAddress, { access: 'attach', write: true });
  },
  read: (offset: number, length: number): string => readText(opened(), offset, length),
  write: (offset: number, text: string): void => {
    opened().write(offset, bytesOf(text));
  },
  /** Under the lock, if the bytes there are those of `expected`. */
  async exchange(offset: number, expected: string, text: string): Promise<boolean> {
    const bytes = { expected: bytesOf(expected), bytes: bytesOf(text) };
    return (await native.exchange({ segment: opened(), lock, offset, ...bytes, timeoutMs: 30_000 })).written;
  },
  async acquire(timeoutMs: number): Promise<void> {
    held = await native.acquireLock(lock, { timeoutMs, create: false });
  },
  release: (): void => {
    held?.release();
  },
  peek: (): LockPeek => native.peekLock(lock),
  size: (): number => native.info(segmentAddress).size,
  remove: (): void => {
    native.remove(segmentAddress, identityOf(native.info(segmentAddress)));
  },
  removeLock: (): void => {
    native.removeLock(lock);
  },
  processor: (): string => process.arch,
} as const;

/** One thing to do, and its answer. */
export interface Order {
  readonly id: number;
  readonly call: keyof typeof calls;
  readonly with: readonly unknown[];
}
export interface Reply {
  readonly id: number;
  readonly value?: unknown;
  /** The code of a NativeError, or a message. */
  readonly failure?: string;
}

async function carryOut({ id, call, with: values }: Order): Promise<Reply> {
  try {
    const value = await (calls[call] as (...values: readonly unknown[]) => unknown)(...values);
    return { id, value };
  } catch (error) {
    return { id, failure: error instanceof Error && 'code' in error ? String(error.code) : String(error) };
  }
}

process.on('message', (order: Order) => {
  void carryOut(order).then((reply) => process.send?.(reply));
});
