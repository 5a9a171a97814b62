// Tells the space of the namespaces that it runs in, with one System V segment and one semaphore of its own.
import { scarce, spaceNow } from '../../extension/core/space';
import { native } from './ground';

void (async () => {
  const segment = await native.create({ mechanism: 'systemv', key: 0x4c0000aa }, { size: 5000 });
  const lock = { mechanism: 'systemv', key: 0x4c0000aa } as const;
  (await native.acquireLock(lock, { timeoutMs: 0, create: true })).release();
  const space = await spaceNow();
  console.log(JSON.stringify({ space, scarce: scarce(space) }));
  segment.close();
})();
