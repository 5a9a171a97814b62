import { mostMappings } from '../shared/limits';
import type { AttachedProcess, SegmentMapping } from '../shared/protocol';
import { segmentError, type ErrorFacts } from './errors';
import { formatKey, segmentAddress, type NativeKey } from './key';
import type { Mapping, Native, ProcessEntry, ProcessScan, SegmentInfo } from './native';

/** Most processes that have ended and are still told of. */
const mostEnded = 64;

/**
 * Who has a segment mapped, by the last scan: one entry per process, ourselves included; then those who had it at the
 * scan `before` and have ended since, or before that. Who merely let go of it is told of no more.
 */
export class Attachments {
  readonly #byObject = new Map<string, AttachedProcess[]>();
  readonly #mappings = new Map<string, number>();
  readonly #processes: ReadonlyMap<number, ProcessEntry>;

  constructor(
    scan: ProcessScan,
    before: { readonly native: Native; readonly attachments: Attachments | null } | null = null,
  ) {
    const processes = new Map(scan.processes.map((entry) => [entry.pid, entry]));
    this.#processes = processes;
    for (const mapping of scan.mappings) {
      const object = mappedObject(mapping);
      this.#mappings.set(object, (this.#mappings.get(object) ?? 0) + 1);
      const attached = this.#byObject.get(object) ?? [];
      this.#byObject.set(object, attached);
      const index = attached.findIndex(({ pid }) => pid === mapping.pid);
      const writable = mapping.writable || (attached[index]?.writable ?? false);
      attached.splice(index < 0 ? attached.length : index, 1, {
        ...described(processes.get(mapping.pid), mapping.pid),
        writable,
        mappings: joined(attached[index]?.mappings ?? [], mapping),
      });
    }
    if (before?.attachments) this.#keepEnded(before.native, before.attachments);
  }

  of(info: SegmentInfo): readonly AttachedProcess[] {
    return this.#byObject.get(mappedObject(info)) ?? [];
  }

  /** The same for a key, of which the segment was found: of a System V segment elsewhere only its own process. */
  ofKey(key: NativeKey, info: SegmentInfo): readonly AttachedProcess[] {
    if (key.type !== 'process' || !('shmid' in key.place)) return this.of(info);
    const entry = this.#processes.get(key.pid);
    return entry === undefined ? [] : [described(entry, key.pid)];
  }

  /** How often it is mapped; a process may map it twice. */
  mappings(info: SegmentInfo): number {
    return this.#mappings.get(mappedObject(info)) ?? 0;
  }

  #keepEnded(native: Native, before: Attachments): void {
    const ended: [string, AttachedProcess][] = [];
    for (const [object, attached] of before.#byObject) {
      const now = this.#byObject.get(object);
      for (const one of attached) {
        if (now?.some(({ pid, alive }) => alive && pid === one.pid) === true) continue;
        if (one.alive && !hasEnded(native, one.pid, before.#processes.get(one.pid)?.start)) continue;
        // Its addresses mean nothing any more.
        ended.push([object, { ...one, alive: false, mappings: [] }]);
      }
    }
    for (const [object, one] of ended.slice(-mostEnded))
      this.#byObject.set(object, [...(this.#byObject.get(object) ?? []), one]);
  }
}

/** What a scan has to look through to tell who has the segment of this key. */
export function scanFor(native: Native, key: NativeKey): Promise<ProcessScan> {
  return native.scanProcesses(key.type === 'process');
}

/** How many of them have not ended. */
export function countAlive(attached: readonly AttachedProcess[]): number {
  return attached.filter(({ alive }) => alive).length;
}

/** Who is attached to the segment now: looks through the maps of every process that we may read. */
export async function attachedTo(native: Native, key: NativeKey): Promise<readonly AttachedProcess[]> {
  const info = native.info(segmentAddress(key));
  return new Attachments(await scanFor(native, key)).ofKey(key, info);
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
    const attachments = new Attachments(await scanFor(native, key));
    const info = native.info(segmentAddress(key));
    return {
      attached: attachments.ofKey(key, info),
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
    if (address.mechanism === 'process') return native.info(address);
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

function described(entry: ProcessEntry | undefined, pid: number): AttachedProcess {
  const { name = '', commandLine = '', owner = '' } = entry ?? {};
  const us = pid === process.pid;
  return { pid, name, commandLine, owner, part: 'attached', alive: true, writable: false, mappings: [], us };
}

/** Whether it runs no more: nobody has its number, or a later process has. */
function hasEnded(native: Native, pid: number, start: number | undefined): boolean {
  const found = native.threadEntry(pid);
  return found === null || found.ended || (start !== undefined && found.start !== start);
}

function mappedObject(object: Pick<Mapping, 'device' | 'inode' | 'shmid'>): string {
  return object.shmid === null
    ? `${String(object.device)}:${String(object.inode)}`
    : `shmid ${String(object.shmid)}`;
}
