import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { HashName, HashReply, HashRequest } from '../shared/hashes';
import { SegmentError } from './errors';
import type { Native } from './native';
import type { OpenSegment } from './segments';

/** About a millisecond of all hashes together; then the event loop has its turn. */
const chunkBytes = 256 * 1024;

interface Hash {
  update(bytes: Uint8Array): unknown;
  digest(): string;
}

/**
 * Hashes a range as its bytes are now, all hashes from the same copy, chunk by chunk. `progress` gets the fraction
 * done after each. Rejects with `gone` where there is nothing to hash, with `closed` once `signal` aborts.
 */
export async function hashRange(
  native: Pick<Native, 'Hash'>,
  segment: Pick<OpenSegment, 'read' | 'fault' | 'holdsLock'>,
  { offset, length, names }: HashRequest,
  progress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<HashReply> {
  const running = names.flatMap((name) => {
    const hash = make(native, name);
    return hash === null ? [] : [{ name, hash }];
  });
  const chunk = new Uint8Array(Math.min(chunkBytes, length));
  let done = 0;
  let locked = true;
  while (done < length) {
    if (signal.aborted) throw new SegmentError('closed', 'Hashing was cancelled.');
    locked &&= segment.holdsLock;
    const wanted = Math.min(chunk.length, length - done);
    const count = segment.read(offset + done, chunk.subarray(0, wanted));
    for (const { hash } of running) hash.update(chunk.subarray(0, count));
    done += count;
    progress(done / length);
    if (count < wanted) break;
    if (done < length) await setImmediate();
  }
  if (done === 0) throw segment.fault ?? new SegmentError('gone', 'There are no bytes to hash.');
  const texts = running.map(({ name, hash }) => ({ name, text: hash.digest() }));
  return { texts, length: done, locked };
}

/** null: this system refuses it, as FIPS mode does MD5. */
function make(native: Pick<Native, 'Hash'>, name: HashName): Hash | null {
  if (name === 'crc32' || name === 'xxh3') return new native.Hash(name);
  try {
    const hash = createHash(name);
    return { update: (bytes) => hash.update(bytes), digest: () => hash.digest('hex') };
  } catch {
    return null;
  }
}
