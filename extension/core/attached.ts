import { mostMappings } from '../shared/limits';
import type { AttachedProcess, SegmentMapping } from '../shared/protocol';
import { segmentError, type ErrorFacts } from './errors';
import { formatKey, segmentAddress, type NativeKey } from './key';
import type { Mapping, Native, ProcessScan, SegmentInfo } from './native';

/** Who has a segment mapped, by the last scan: one entry per process, ourselves included. */
export class Attachments {
  readonly #byObject = new Map<string, AttachedProcess[]>();
  readonly #mappings = new Map<string, number>();

  constructor(scan: ProcessScan) {
    const processes = new Map(scan.processes.map((entry) => [entry.pid, entry]));
    for (const mapping of scan.mappings) {
      const object = mappedObject(mapping);
      this.#mappings.set(object, (this.#mappings.get(object) ?? 0) + 1);
      const attached = this.#byObject.get(object) ?? [];
      this.#byObject.set(object, attached);
      const index = attached.findIndex(({ pid }) => pid === mapping.pid);
      const writable = mapping.writable || (attached[index]?.writable ?? false);
      const entry = processes.get(mapping.pid);
      attached.splice(index < 0 ? attached.length : index, 1, {
        pid: mapping.pid,
        name: entry?.name ?? '',
        commandLine: entry?.commandLine ?? '',
        alive: true,
        writable,
        mappings: joined(attached[index]?.mappings ?? [], mapping),
        us: mapping.pid === process.pid,
      });
    }
  }

  of(info: SegmentInfo): readonly AttachedProcess[] {
    return this.#byObject.get(mappedObject(info)) ?? [];
  }

  /** How often it is mapped; a process may map it twice. */
  mappings(info: SegmentInfo): number {
    return this.#mappings.get(mappedObject(info)) ?? 0;
  }
}

/** Who is attached to the segment now: looks through the maps of every process that we may read. */
export async function attachedTo(native: Native, key: NativeKey): Promise<readonly AttachedProcess[]> {
  const info = native.info(segmentAddress(key));
  return new Attachments(await native.scanProcesses()).of(info);
}

/** Who is attached. */
export interface Others {
  readonly attached: readonly AttachedProcess[];
  /** System V attaches of processes whose maps we may not read. */
  readonly unseen: number;
}

/** Everybody who is attached; nobody where the segment is no more. */
export async function attachedAll(native: Native, key: NativeKey): Promise<Others> {
  try {
    const attachments = new Attachments(await native.scanProcesses());
    const info = native.info(segmentAddress(key));
    return {
      attached: attachments.of(info),
      unseen: Math.max(0, (info.attachCount ?? 0) - attachments.mappings(info)),
    };
  } catch (error) {
    const { code } = segmentError(error);
    if (code === 'not-found' || code === 'gone') return { attached: [], unseen: 0 };
    throw error;
  }
}

/** The same without us. */
export async function attachedOthers(native: Native, key: NativeKey): Promise<Others> {
  const { attached, unseen } = await attachedAll(native, key);
  return { attached: attached.filter(({ us }) => !us), unseen };
}

/** What a refusal should say: the names that were tried, or whose the segment is and which mode it has. */
export function accessFacts(native: Native, key: NativeKey, error: unknown): ErrorFacts {
  const { code } = segmentError(error);
  if (code === 'not-found') return { tried: [formatKey(key)] };
  if (code !== 'permission-denied') return {};
  const info = describedInListing(native, key);
  return info ? { owner: info.owner, mode: info.mode, size: info.size } : {};
}

/** The listing tells owner and mode also of what we may not open. */
export function describedInListing(native: Native, key: NativeKey): SegmentInfo | null {
  try {
    const address = segmentAddress(key);
    const infos = native.list(address.mechanism);
    if ('name' in address) return infos.find(({ name }) => name === address.name) ?? null;
    if ('shmid' in address) return infos.find(({ shmid }) => shmid === address.shmid) ?? null;
    const number = 'key' in address ? address.key : native.ftok(address.path, address.projectId);
    return infos.find((info) => info.key === number && !info.removed) ?? null;
  } catch {
    return null;
  }
}

/**
 * Takes in another mapping of the same process: the system lists them by address. One that goes on where the last
 * ended, in memory and in the segment, is a part of it: only its rights are other ones.
 */
function joined(
  known: readonly SegmentMapping[],
  { address, offset, length }: Mapping,
): readonly SegmentMapping[] {
  const last = known.at(-1);
  const isNext =
    last !== undefined &&
    last.offset + last.length === offset &&
    BigInt(`0x${last.address}`) + BigInt(last.length) === BigInt(`0x${address}`);
  const next = isNext ? { ...last, length: last.length + length } : { address, offset, length };
  // Any process can map what no segment has, as far out as the system can count.
  if (!Number.isSafeInteger(next.offset + next.length)) return known;
  const others = isNext ? known.slice(0, -1) : known;
  return others.length < mostMappings ? [...others, next] : known;
}

function mappedObject(object: Pick<Mapping, 'device' | 'inode' | 'shmid'>): string {
  return object.shmid === null
    ? `${String(object.device)}:${String(object.inode)}`
    : `shmid ${String(object.shmid)}`;
}
