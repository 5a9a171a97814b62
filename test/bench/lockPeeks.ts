import { readFileSync } from 'node:fs';
import { LockBook } from '../../extension/core/locks/lockBook';
import { LockWatch } from '../../extension/core/locks/lockWatch';
import { ownLayout } from '../../extension/core/locks/layout';
import type { LockAddress } from '../../extension/core/native';
import type { LockSort } from '../../extension/shared/lockWords';
import type { PlacedLock } from '../../extension/shared/placedLock';
import { median, type Figure } from './figure';
import { Drawer } from '../drawer';
import { addon, nanosecondsPerCall, uniqueName } from './stage';

const calls = 2000;
const batches = 9;

/** What a look at one lock of each kind costs, by a watch that knows its holder: the dearest of them. */
export const lockPeek: Figure = {
  name: 'lock_peek_us',
  unit: 'us',
  must: { atMost: 5 },
  async prepare() {
    const native = addon();
    const layout = ownLayout();
    if (typeof layout === 'string') throw new Error(`The locks of this machine are not known: ${layout}`);
    const address = { mechanism: 'posix', name: `/${uniqueName('locks')}` } as const;
    const memory = await native.create(address, { size: 4096 });
    const segment = await native.open(address, { access: 'observe', write: false });
    const posix: LockAddress = address;
    const systemV: LockAddress = { mechanism: 'systemv', key: 0x53000000 | (process.pid & 0xffffff) };
    const held = await Promise.all(
      [posix, systemV].map((lock) => native.acquireLock(lock, { timeoutMs: 1000, create: true })),
    );
    // Held by this very thread, which lives and has the segment mapped or may have.
    const tid = Number(/^Pid:\s+(\d+)/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))?.[1]);
    memory.write(0, mutexBytes(layout.mutex, tid));
    const placed = (['mutex', 'rwlock', 'semaphore'] as const).map((sort, at) => inBytes(sort, at * 64));
    const named = [posix, systemV].map((semaphore, at) => beside(semaphore, at));
    const info = memory.info();
    const watched = {
      key: { type: 'systemv-key', key: 1 } as const,
      info,
      holdsLock: false,
      read: (offset: number, target: Uint8Array) => segment.read(offset, target),
    };
    const watches: LockWatch[] = [];
    for (const lock of [...placed, ...named]) {
      // Each from a book of its own, as a view takes them.
      const book = new LockBook(new Drawer());
      await book.add(watched.key, lock);
      watches.push(new LockWatch(native, watched, () => book.of(watched.key), Date.now));
    }
    return {
      variants: watches.map((watch) => () => {
        const peeks = Array.from({ length: batches }, () => nanosecondsPerCall(calls, () => watch.peek()));
        return median(peeks) / 1000;
      }),
      figure: (each) => Math.max(...each),
      dispose() {
        for (const watch of watches) watch.close();
        for (const lock of held) lock.release();
        for (const lock of [posix, systemV]) native.removeLock(lock);
        segment.close();
        native.remove(address, memory.identity);
        memory.close();
      },
    };
  },
};

/** A normal mutex for several processes, held. */
function mutexBytes({ size, kind }: { readonly size: number; readonly kind: number }, owner: number): Buffer {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(1, 0);
  bytes.writeUInt32LE(owner, 8);
  bytes.writeUInt32LE(0x80, kind);
  return bytes;
}

function inBytes(sort: LockSort, offset: number): PlacedLock {
  return { id: sort, label: '', counts: false, place: 'bytes', sort, offset };
}

function beside(semaphore: LockAddress, at: number): PlacedLock {
  return { id: String(at), label: '', counts: false, place: 'named', semaphore };
}
