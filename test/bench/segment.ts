import { closeSync, openSync, statfsSync, unlinkSync, writeSync } from 'node:fs';
import type { Segment } from '../../extension/core/native';
import { addon, uniqueName } from './stage';

/** A filled POSIX segment of the real system. */
export interface Filled {
  readonly path: string;
  readonly name: string;
  readonly segment: Segment;
  readonly dispose: () => void;
}

/** A MiB of bytes that are the same in every run and look like chance; no zero among them. */
export function noise(): Buffer {
  const bytes = Buffer.alloc(2 ** 20);
  let state = 1;
  for (let at = 0; at < bytes.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  for (let at = 0; at < bytes.length; at++) bytes[at] ||= 1;
  return bytes;
}

/** `mebibytes` of `part`, again and again, open for looking. */
export async function filled(what: string, mebibytes: number, part: Uint8Array): Promise<Filled> {
  const name = uniqueName(what);
  const path = `/dev/shm/${name}`;
  const { bavail, bsize } = statfsSync('/dev/shm');
  if (bavail * bsize < (mebibytes + 64) * 2 ** 20)
    throw new Error(`/dev/shm has no ${String(mebibytes)} MiB left.`);
  const file = openSync(path, 'wx');
  for (let done = 0; done < mebibytes * 2 ** 20; done += part.length) writeSync(file, part);
  closeSync(file);
  const address = { mechanism: 'posix', name: `/${name}` } as const;
  const segment = await addon().open(address, { access: 'observe', write: false });
  return {
    path,
    name: `/${name}`,
    segment,
    dispose: () => {
      segment.close();
      unlinkSync(path);
    },
  };
}
