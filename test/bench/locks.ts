import { closeSync, openSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { median, type Figure } from './figure';
import { addon, scratch, uniqueName } from './stage';

/** How long a copy of 64 KiB under a System V lock holds that lock. */
export const lockHold: Figure = {
  name: 'lock_hold_64k_us',
  unit: 'us',
  must: { atMost: 20 },
  async prepare() {
    const native = addon();
    const folder = scratch();
    const path = join(folder.path, uniqueName('lock'));
    closeSync(openSync(path, 'w'));
    const address = { mechanism: 'systemv', path, projectId: 0x51 } as const;
    const segment = await native.create(address, { size: 65536, lock: address });
    segment.write(0, new Uint8Array(65536).fill(0x5a));
    const target = new Uint8Array(65536);
    return {
      variants: [
        async () => {
          const held: number[] = [];
          for (let copy = 0; copy < 400; copy++) {
            const request = { segment, lock: address, offset: 0, target, timeoutMs: 1000 };
            held.push((await native.copyLocked(request)).heldUs);
          }
          return median(held);
        },
      ],
      figure: ([held = NaN]) => held,
      async dispose() {
        // First, because the last detach takes the key file with it.
        native.removeLock(address);
        await segment.detach({ removeIfLast: true, lock: null, timeoutMs: 1000 });
        try {
          unlinkSync(path);
        } catch {
          // the last detach removed it, as it should
        }
        folder.remove();
      },
    };
  },
};
