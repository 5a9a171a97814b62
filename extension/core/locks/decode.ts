import type { DecodedLock, LockSort } from '../../shared/lockWords';
import type { LockLayout } from './layout';
import { decodeMutex } from './mutex';
import { decodeRwlock } from './rwlock';
import { decodeSemaphore } from './semaphore';

const decoders: Readonly<Record<LockSort, (bytes: Uint8Array, layout: LockLayout) => DecodedLock>> = {
  mutex: decodeMutex,
  rwlock: decodeRwlock,
  semaphore: decodeSemaphore,
};

/** What these bytes say as a lock of that sort; null: there are fewer than it has. */
export function decodeLock(sort: LockSort, bytes: Uint8Array, layout: LockLayout): DecodedLock | null {
  return bytes.length < layout[sort].size ? null : decoders[sort](bytes, layout);
}
