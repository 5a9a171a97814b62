import { readlinkSync, statSync } from 'node:fs';
import type { Entry } from '../entry';
import type { NativeKey } from '../key';
import type { Mapping, Native } from '../native';
import { sharedMappings, type SharedMapping } from '../processMemory';

/** A byte of a segment that a process leads to. */
export interface MemoryPlace {
  readonly key: NativeKey;
  /** Of the segment; may be past its end, as the mapping may be. */
  readonly offset: number;
}

/** The shared memory of one process, as it was when this was read. */
export interface ProcessMemory {
  readonly pid: number;
  readonly mappings: readonly Mapping[];
  readonly shared: readonly SharedMapping[];
  /** The segments of this machine. */
  readonly entries: readonly Entry[];
}

/** Reads what a process shares, memory without a name too. Opens nothing. Rejects with `not-found`, `permission-denied`. */
export async function processMemoryOf(
  native: Pick<Native, 'processMemory' | 'scanProcesses'>,
  pid: number,
  entries: readonly Entry[],
): Promise<ProcessMemory> {
  const shared = sharedMappings(pid, await native.processMemory(pid), entries);
  const { mappings } = await native.scanProcesses(true);
  return { pid, entries, shared, mappings: mappings.filter((one) => one.pid === pid) };
}

/** Which byte of which segment a process has at an address; null: no shared memory is there. Throws why it cannot be opened. */
export function placeOfAddress({ mappings, shared }: ProcessMemory, address: bigint): MemoryPlace | null {
  const found = mappings.find((one) => {
    const distance = address - BigInt(`0x${one.address}`);
    return distance >= 0n && distance < BigInt(one.length);
  });
  if (found === undefined) return null;
  const memory = shared.find(({ object }) =>
    found.shmid === null
      ? object.device === found.device && object.inode === found.inode
      : object.shmid === found.shmid,
  );
  const distance = Number(address - BigInt(`0x${found.address}`));
  return memory === undefined ? null : { key: openable(memory), offset: found.offset + distance };
}

/** The segment that a file descriptor of a process has open; null: it has none. Throws why it cannot be opened. */
export function placeOfDescriptor(
  { pid, shared, entries }: ProcessMemory,
  descriptor: number,
): MemoryPlace | null {
  const link = `/proc/${String(pid)}/fd/${String(descriptor)}`;
  try {
    // A file of the disk may have the number of a segment's.
    if (!/^\/(?:dev\/shm\/|memfd:)/.test(readlinkSync(link))) return null;
    const { dev, ino } = statSync(link);
    const listed = entries.find(({ info }) => info.device === dev && info.inode === ino);
    if (listed !== undefined) return { key: listed.key, offset: 0 };
    // Without a name here it is reached only by a mapping.
    const memory = shared.find(({ object }) => object.device === dev && object.inode === ino);
    return memory === undefined ? null : { key: openable(memory), offset: 0 };
  } catch (error) {
    if (typeof (error as { readonly code?: unknown }).code === 'string' && 'syscall' in (error as object))
      return null;
    throw error;
  }
}

function openable({ key, object }: SharedMapping): NativeKey {
  // A segment of this machine is opened, or refused, by its own key.
  if (object.refusal !== null && key.type === 'process') throw object.refusal;
  return key;
}
