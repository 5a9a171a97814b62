import type { Mapped } from '../../extension/shared/values/index';
import type { Store } from '../store';

/** Where the attached processes have the segment, as far as the host says it: hex digits, from its first byte on. */
export function mappings({ description, size }: Store): readonly Mapped[] {
  return (description?.attached ?? []).flatMap((process) => {
    const { address } = process;
    if (address === null || !/^[0-9a-f]{1,16}$/i.test(address)) return [];
    return [{ name: process.name, pid: process.pid, address: BigInt(`0x${address}`), length: BigInt(size) }];
  });
}
