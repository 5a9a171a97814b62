import type { Description } from '../../extension/shared/protocol';
import type { Base } from '../../extension/shared/reading';
import type { Mapped } from '../../extension/shared/values/index';
import type { Store } from '../store';

let known: {
  readonly description: Description | null;
  readonly base: Base;
  readonly list: readonly Mapped[];
} = {
  description: null,
  base: 'offset',
  list: [],
};

/**
 * Where the attached processes have the segment, as far as the host says it. What the rows are numbered by comes
 * first, then the rest of its process: a pointer means what it means there. The same list as long as nothing changes.
 */
export function mappings({ description, reading: { base } }: Store): readonly Mapped[] {
  if (known.description !== description || known.base !== base) {
    known = { description, base, list: ranked(description, base) };
  }
  return known.list;
}

function ranked(description: Description | null, base: Base): readonly Mapped[] {
  const rank = (pid: number, address: string): number =>
    base === 'offset' || pid !== base.pid ? 2 : address === base.address ? 0 : 1;
  return (description?.attached ?? [])
    .flatMap(({ name, pid, mappings: parts }) =>
      parts.map((part) => ({ name, pid, part, rank: rank(pid, part.address) })),
    )
    .sort((one, other) => one.rank - other.rank)
    .map(({ name, pid, part: { address, offset, length } }) => ({
      name,
      pid,
      address: BigInt(`0x${address}`),
      offset: BigInt(offset),
      length: BigInt(length),
    }));
}
