/**
 * The typed face of the addon. The only TypeScript file that may import it is extension/core/native.ts.
 *
 * Every failure is an `Error` that carries the facts in {@link NativeError}. Nothing here phrases text for a
 * person. Nothing here blocks the caller for longer than one system call on memory; whatever can wait or scan
 * runs on a thread of its own (never libuv's pool) and answers with a promise.
 *
 * An argument of the wrong type is a TypeError, thrown at once even where the answer is a promise; a number outside
 * its range is a NativeError (`invalid-size`, for keys `invalid-key`). What is held or attached when an environment
 * ends (process.exit, an uncaught error, a terminated worker) is given back; a killed process gives back what the
 * kernel does: everything but a POSIX lock.
 */

/** How the operating system reaches the bytes. */
export type MechanismName = 'posix' | 'systemv' | 'process' | 'windows';

/**
 * Where a segment is.
 * - posix: `name` as shm_open(3) takes it, with its leading slash. macOS: of at most 31 bytes, a lock's of 30, else
 *   `invalid-key` with ENAMETOOLONG; `resize` is `unsupported`, and the size that of whole pages. It has no device and
 *   inode: 0 and a number that its name and what the kernel calls its memory make stand for them, and for those of a
 *   lock one that its name makes.
 * - systemv by key file: ftok(3) of `path` and `projectId` (1..255).
 * - systemv by `key`: a key_t, signed 32 bits. - systemv by `shmid`.
 * - process: what the process `pid` that began at `start` (ProcessEntry.start) has mapped or open, by device and inode or,
 *   a System V segment of another ipc namespace, by the `shmid` that it has there. `not-found` once the process has ended
 *   or has it no more; never leads to anything else. Only files of memory file systems are opened. `create`, `remove` and
 *   `resize` are `unsupported`, no lock belongs to it, and it counts as removed when the process ends.
 * - windows: the named section `name`, as CreateFileMappingW takes it: of our session ("Local\\" may stand before it) or,
 *   with "Global\\" before it, of all. `remove` and `resize` are `unsupported`: the last handle's close removes it. Its size
 *   is that of its pages. It has no device and inode: 0 and a number that its name makes stand for them.
 *
 * A mechanism that this system lacks is `unsupported`: Windows has `windows` alone, the others have no `windows`, and
 * macOS has no `process`.
 */
export type SegmentAddress =
  | { readonly mechanism: 'posix'; readonly name: string }
  | { readonly mechanism: 'systemv'; readonly path: string; readonly projectId: number }
  | { readonly mechanism: 'systemv'; readonly key: number }
  | { readonly mechanism: 'systemv'; readonly shmid: number }
  | { readonly mechanism: 'windows'; readonly name: string }
  | ProcessAddress;

/** A segment that is come to through a process that has it. */
export type ProcessAddress = {
  readonly mechanism: 'process';
  readonly pid: number;
  readonly start: number;
} & ({ readonly device: number; readonly inode: number } | { readonly shmid: number });

/**
 * Where a lock is: a named POSIX semaphore, semaphore `semnum` of a System V set (0 to 65535, without it 0; only a set
 * of one is ever made), or a named semaphore or mutant of Windows.
 */
export type LockAddress =
  | { readonly mechanism: 'posix'; readonly name: string }
  | { readonly mechanism: 'windows'; readonly name: string }
  | ((
      | { readonly mechanism: 'systemv'; readonly path: string; readonly projectId: number }
      | { readonly mechanism: 'systemv'; readonly key: number }
      | { readonly mechanism: 'systemv'; readonly semid: number }
    ) & { readonly semnum?: number });

/** The closed set of codes, equal to ErrorCode in extension/core/errors.ts. */
export type NativeErrorCode =
  | 'not-found'
  | 'permission-denied'
  | 'already-exists'
  | 'invalid-key'
  | 'invalid-size'
  | 'out-of-resources'
  | 'busy'
  | 'conflict'
  | 'gone'
  | 'unsupported'
  | 'closed'
  | 'unknown';

export interface NativeError extends Error {
  readonly code: NativeErrorCode;
  /** The call that failed, as in its manual page: "shmget", "sem_open", "pwrite". */
  readonly call: string;
  /** errno of that call, on Windows GetLastError; 0 where the addon itself refused. */
  readonly errno: number;
}

/** What the system says of a segment. Times are ms since the epoch, null where the system keeps none. */
export interface SegmentInfo {
  readonly mechanism: MechanismName;
  /** POSIX: "/name". */
  readonly name: string | null;
  /** POSIX and process: device and inode of the object. System V: null. */
  readonly device: number | null;
  readonly inode: number | null;
  /** System V: identifier and key_t (signed; 0 for IPC_PRIVATE and for removed segments). POSIX: null. */
  readonly shmid: number | null;
  readonly key: number | null;
  /** Bytes, exact. */
  readonly size: number;
  /** Bytes of memory the segment occupies, swap included; Windows and macOS do not tell: its size. */
  readonly allocated: number;
  /** Permission bits, 0..0o777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Name of uid, or its number as text. */
  readonly owner: string;
  /** System V: process ids of creator and of the last to attach or detach. POSIX: null. */
  readonly creatorPid: number | null;
  readonly lastPid: number | null;
  /** System V: nattch. Windows: handles. POSIX keeps none: null (count mappings with scanProcesses). */
  readonly attachCount: number | null;
  /** The name or key is gone, the memory lives on in those who have it. */
  readonly removed: boolean;
  readonly accessedMs: number | null;
  readonly modifiedMs: number | null;
  readonly changedMs: number | null;
  readonly detachedMs: number | null;
}

/** How a read reached the bytes; see README "Looking changes nothing". */
export type ReadRoute =
  /** pread(2) on the POSIX object. No trace. */
  | 'file'
  /** pread(2) through a peer's /proc/PID/map_files entry, opened for each read. No trace. Needs CAP_SYS_ADMIN. */
  | 'map-file'
  /**
   * process_vm_readv(2) from a peer's mapping, of pages that some peer has in its page table; where all pages in use
   * are accounted for, the others are zeros. Else (swap, a dead peer's pages, more than 64 MiB of holes) this read is
   * `momentary`. No trace. Needs the permission to trace the peer.
   */
  | 'peer'
  /** Our own standing attachment. */
  | 'own'
  /**
   * Attach, copy, detach: our pid stays in lpid, atime and dtime move. On macOS it never removes the segment, whatever
   * `lastDetachRemoves` says. Windows: open, map, copy, close. No trace.
   */
  | 'momentary';

/** A short state, cheap enough for every frame (about 1 us). */
export interface SegmentState {
  /** Bytes now. */
  readonly size: number;
  /** The name or key no longer leads to this memory. */
  readonly removed: boolean;
  readonly attachCount: number | null;
}

/** What detaching did. */
export interface DetachResult {
  /** System V: attaches that remain; POSIX: null. */
  readonly remaining: number | null;
  /** The segment was removed because we were the last (Qt's rule). */
  readonly removedSegment: boolean;
}

/** An open segment. Not usable after close() or detach(): every call throws `closed`. */
export interface Segment {
  readonly access: 'observe' | 'attach';
  readonly writable: boolean;
  /** The route of the last read. */
  readonly route: ReadRoute;
  /** A few bytes of identity that tell a recreated segment from the first: "dev:inode" or "shmid". */
  readonly identity: string;
  info(): SegmentInfo;
  state(): SegmentState;
  /**
   * Copies bytes from `offset` into `target`, as many as there are: the count is short at the end of the
   * segment, 0 past it. Holes read as zeros and stay holes. Never raises a signal.
   * A removed POSIX object stays readable until close() (which is what frees it); a removed System V segment for as
   * long as somebody has it attached, then `gone`: an observer never keeps it alive.
   * An own property of each segment, bound to it.
   */
  read(offset: number, target: Uint8Array): number;
  /**
   * The first byte at or after `offset` that may be anything but a hole; null where only holes follow. Where the system
   * does not tell (System V, observed) everything may be something; of holes longer than 128 MiB it may tell a place
   * within. Touches nothing.
   */
  nextData(offset: number): number | null;
  /**
   * Pairs of first byte and length, ascending, not touching: what of these bytes has no memory and reads as zeros. Told
   * of a POSIX segment that has less memory than its size; else, where asking fails, and past the end, nothing is. The
   * system is asked at most 8192 times, once a hole and once a page of data; the rest counts as data. Touches nothing.
   */
  holes(offset: number, length: number): readonly number[];
  /**
   * Writes all of `bytes` or throws before the first byte: `invalid-size` past the end, `permission-denied`,
   * `out-of-resources` where a hole cannot be filled. No lock is taken.
   */
  write(offset: number, bytes: Uint8Array): void;
  /** POSIX: sets the size (growth is reserved, else `out-of-resources` and unchanged). System V: `unsupported`. */
  resize(size: number): Promise<void>;
  /** Looks for a better route (a peer's mapping) on a thread; answers with the route the next read will take. */
  findRoute(): Promise<ReadRoute>;
  /**
   * Ends an attachment under `lock` (where given and existing). With `removeIfLast`, removes the segment and its
   * key file when nobody remains attached and it was not an orphan before we came: Qt's rule without its leak.
   * Only an empty key file of the segment's owner is removed. Where memory and lock share a key file (Qt 6.6's native
   * keys), the lock is afterwards reached by `semid` only (peekLock before: LockPeek.identity).
   * `busy` at the end of the time; the segment is then still attached. An observer just closes.
   */
  detach(options: {
    readonly removeIfLast: boolean;
    readonly lock: LockAddress | null;
    readonly timeoutMs: number;
  }): Promise<DetachResult>;
  /**
   * Lets go at once, without a lock. Idempotent. For observers, and for exit. An attachment opened with
   * `lastDetachRemoves` still follows that rule; others remove nothing.
   */
  close(): void;
}

export interface OpenOptions {
  readonly access: 'observe' | 'attach';
  readonly write: boolean;
  /**
   * A Qt System V segment: when a momentary attach (or close()) turns out to be the last detach, remove segment and
   * key file as Qt would have. An orphan before we came is left alone.
   */
  readonly lastDetachRemoves?: boolean;
}

export interface CreateOptions {
  /** Bytes, at least 1. */
  readonly size: number;
  /** Permission bits, default 0o600; the umask does not apply. */
  readonly mode?: number;
  /**
   * Hold this lock while creating, as Qt does; it is made (value 1) where it does not exist, reset only when no
   * segment exists and no live process can hold it: System V: the last user is dead; POSIX: no process has it open,
   * as far as we may look, and none that we may not look into belongs to its owner. Taken away again if we made it
   * and the creation fails.
   */
  readonly lock?: LockAddress;
  /** For the lock, milliseconds; default 2000. */
  readonly timeoutMs?: number;
  readonly cancel?: Cancel;
}

/**
 * What a semaphore says, unjudged. Looking creates nothing and leaves no trace.
 */
export interface LockPeek {
  readonly exists: boolean;
  /** We may not read it (mode). value and the rest are null then. */
  readonly readable: boolean;
  /** "semid", "semid/semnum" of another than the first of a set, or "dev:inode" of the semaphore file. */
  readonly identity: string | null;
  /** null too where the file is no semaphore of a glibc, and of every POSIX semaphore of macOS, as is `waiters`. */
  readonly value: number | null;
  readonly waiters: number | null;
  /** System V: the last process whose operation succeeded (GETPID), 0 = none. POSIX: null. */
  readonly lastPid: number | null;
  /** That process lives, and is not a later one with a recycled pid. */
  readonly lastPidAlive: boolean;
  readonly lastPidName: string | null;
  readonly mode: number | null;
  readonly owner: string | null;
  /** Semaphores of Windows: the most that the value can be, as its maker wanted it. Others have no such limit: null. */
  readonly maximum: number | null;
  /** A mutant of Windows whose holder ended while it had it, and which nobody has taken since. */
  readonly abandoned: boolean;
}

/**
 * Looks at one lock again and again, at about a tenth of what peekLock costs. Value, waiters and lastPid are of each look;
 * what else is told, as which semaphore the address leads to and whether that process lives, is at most a tenth of a
 * second older.
 */
export class LockLook {
  /** Looks at nothing yet. Throws `invalid-key` for an address that leads nowhere. */
  constructor(address: LockAddress);
  /** As of peekLock; the same object where the look before found the same. `closed` after close(). */
  peek(): LockPeek;
  /** Closes what it looks through. Idempotent. */
  close(): void;
}

/** A lock that this process holds until release(). */
export interface HeldLock {
  /** The semaphore did not exist before. */
  readonly created: boolean;
  /** Gives it back. Idempotent; `gone` when a System V semaphore was removed meanwhile. */
  release(): void;
}

/** Cancels one waiting call; the call rejects with `busy` and call "cancel". */
export class Cancel {
  cancel(): void;
}

export interface AcquireOptions {
  readonly timeoutMs: number;
  /** Make the semaphore (value 1) where it does not exist; otherwise `not-found`. */
  readonly create: boolean;
  readonly cancel?: Cancel;
}

export interface ExchangeRequest {
  /** Need not be opened for writing: an observer is opened or attached for writing for this one call. */
  readonly segment: Segment;
  /** null: without a lock (none exists, or we hold it). `not-found` where it does not exist. */
  readonly lock: LockAddress | null;
  readonly offset: number;
  /** The bytes the user saw; same length as `bytes`. null: written whatever is there, and nothing is `found`. */
  readonly expected: Uint8Array | null;
  readonly bytes: Uint8Array;
  readonly timeoutMs: number;
  readonly cancel?: Cancel;
}

export interface ExchangeResult {
  /** False: the segment held other bytes, nothing was written. */
  readonly written: boolean;
  /** The bytes found under the lock before writing. */
  readonly found: Uint8Array;
  /** Microseconds the lock was held, 0 without one. */
  readonly heldUs: number;
}

export interface CopyRequest {
  readonly segment: Segment;
  readonly lock: LockAddress;
  readonly offset: number;
  readonly target: Uint8Array;
  readonly timeoutMs: number;
  readonly cancel?: Cancel;
}

export interface WatchRequest {
  readonly segment: Segment;
  /** The window: bytes; length 0..16777216. */
  readonly offset: number;
  readonly length: number;
  /**
   * Looks per second, 1..1000, and the most that `changed` is called per second. In the two seconds after a change a
   * window of at most 16 KiB is looked at four times as often, so that the next one is told without waiting for its
   * turn: not under the lock, and of an observed segment only where it is read as a file, which leaves no trace.
   */
  readonly hertz: number;
  /** A lock whose state is something to see, too. It is peeked, and taken only under {@link Watch.underLock}. */
  readonly lock: LockAddress | null;
}

/** What a look saw, as a difference to what was taken before where that is shorter. */
export interface Seen {
  /** Bytes of the window that exist: short at the end of the segment. */
  readonly length: number;
  /**
   * Pairs of first byte (from the start of the window) and length, ascending: what may differ from what was taken
   * before. null: everything is told.
   */
  readonly runs: readonly number[] | null;
  /** The bytes of the runs after one another, or all; in a buffer of their own. */
  readonly bytes: Uint8Array;
  /** Size, removal or lock may be other ones than when something was taken before. */
  readonly around: boolean;
  /** What of the window is a hole, as Segment.holes tells; null: the same as when something was taken before. */
  readonly holes: readonly number[] | null;
  /**
   * Copied beside the lock (may be torn) or under it; busy: another held the lock for longer than a look can wait
   * (5 ms), and the bytes are those of the look before.
   */
  readonly copy: 'unlocked' | 'locked' | 'busy';
}

/**
 * Looks at a window of a segment on a thread of its own, so that JavaScript wakes only when there is something new.
 * A look that finds something new is the last until go(). Goes on until stop(), the close() of the segment (of which
 * it says nothing) or the end of the environment, and keeps no process alive.
 */
export interface Watch {
  /**
   * Looks per second that are achieved, those before their turn left out, over the last second, one decimal; 0 before
   * the first 200 ms.
   */
  readonly rate: number;
  /** Looks there from now on, at once, and calls `changed` in any case. What was not taken yet is dropped. */
  window(offset: number, length: number): void;
  /** Looks per second, 1..1000; at once, and then at this pace. */
  pace(hertz: number): void;
  /**
   * Whether each look takes the lock for its one copy, where the lock exists. At first it does not. Looks that find it
   * taken come at most ten times a second: they cost who else queues for it.
   */
  underLock(wanted: boolean): void;
  /** What the last look saw. null where nothing new is waiting (any more). Throws what the look failed with. */
  take(): Seen | null;
  /** Goes on looking after take(). `seen` false: the next look calls `changed` in any case. */
  go(seen: boolean): void;
  /** Idempotent; `changed` is not called any more. */
  stop(): void;
}

export interface SweepRequest {
  readonly segment: Segment;
  /** Share of one core, 0.001..1; with 0 it rests until it has another. */
  readonly budget: number;
}

/** Shares of equal parts of a segment, one byte each, 0..255; at least 1 where there is anything at all. */
export interface SweepMap {
  /** How full: bytes that are not zero. */
  readonly data: Uint8Array;
  /** Holes; where the system does not tell them (System V, observed), zeros that were never anything else. */
  readonly hole: Uint8Array;
  /** How lately it was seen to change: 255 just now, 0 ten seconds ago or never. */
  readonly heat: Uint8Array;
}

export interface SweepProgress {
  /** Passes that are complete since the start, or since the segment's size changed by a power of two. */
  readonly passes: number;
  /** Bytes of the present pass that are done, and all of them. */
  readonly position: number;
  readonly size: number;
  /** Bytes whose change is noticed as one: 64 for up to 256 KiB, 4096 from 16 MiB on. */
  readonly grain: number;
  /** Processor time of the last complete pass, milliseconds; 0 before. */
  readonly workMs: number;
  /** Bytes of memory: 10 a grain that is no hole, and the buffer. */
  readonly memory: number;
}

/**
 * Goes over a whole segment again and again on a thread of its own and notes by digests of 48 bits what changed.
 * Holes are skipped and stay holes; reads are of at most 256 KiB; between them it rests so that its CPU time stays
 * within the budget. Goes on until stop(), the close() of the segment (of which it says nothing) or the end of the
 * environment, and keeps no process alive.
 */
export interface Sweep {
  readonly progress: SweepProgress;
  /**
   * Of `buckets` (1..65536) equal parts of the bytes from `from` to `to`. Cheap, whatever the size. Throws what the
   * sweep failed with, which ended it.
   */
  map(from: number, to: number, buckets: number): SweepMap;
  /** Share of one core, 0.001..1, from now on. 0: it rests, reads nothing and keeps what it knows. */
  budget(share: number): void;
  /** A moment, for changedSince. */
  mark(): number;
  /**
   * Runs of grains that were found changed after `mark`, at most `most` (up to 1048576) of them, by offset, and the
   * bytes of all. A change is found when the sweep comes by: up to a pass after it was made.
   */
  changedSince(
    mark: number,
    most: number,
  ): { readonly offsets: Float64Array; readonly lengths: Float64Array; readonly total: number };
  /** Idempotent; `changed` is not called any more. */
  stop(): void;
}

/** Bytes to be found, of which only the bits of `mask` count; as many of both, 1..65536. */
export interface SearchPattern {
  readonly bytes: Uint8Array;
  readonly mask: Uint8Array;
}

/** Numbers to be found: inclusive. */
export type SearchNumbers = { readonly endian: 'little' | 'big' | 'both' } & (
  | {
      readonly width: 1 | 2 | 4 | 8;
      readonly fraction: false;
      /** As two's complement of `width` bytes, so that signed and unsigned numbers are the same. */
      readonly minimum: bigint;
      readonly maximum: bigint;
    }
  | {
      readonly width: 4 | 8;
      /** IEEE 754. NaN is in no range. */
      readonly fraction: true;
      readonly minimum: number;
      readonly maximum: number;
    }
);

export type SearchRequest = {
  readonly segment: Segment;
  /** A hit begins from here on and ends before there; null: the end of the segment as it is at the start. */
  readonly start: number;
  readonly end: number | null;
  /** What the offset of a hit is a multiple of: 1, 2, 4, 8 or 16. */
  readonly alignment: number;
  /** Hits after which it ends, 1..1048576. */
  readonly most: number;
} & ({ readonly patterns: readonly SearchPattern[] } | { readonly numbers: SearchNumbers });

export interface SearchBatch {
  /** Hits since the last batch, by offset; overlapping ones too. Of patterns at one place the longest. */
  readonly offsets: Float64Array;
  readonly lengths: Uint32Array;
  /** Everything before is searched, of everything before `end`. */
  readonly position: number;
  readonly end: number;
  /** Hits so far. */
  readonly total: number;
  /** There are more than `most`. */
  readonly capped: boolean;
  readonly done: boolean;
}

/**
 * Goes over a segment once on a thread of its own. Holes are skipped where they cannot match, and stay holes. Ends by
 * itself, at stop(), at the close() of the segment or the end of the environment, and keeps no process alive.
 */
export interface Search {
  /** What was found since the last time. Throws what the search failed with, which ended it. */
  take(): SearchBatch;
  /** Idempotent, within a read of 256 KiB; `told` is not called any more. */
  stop(): void;
}

export interface ProcessEntry {
  readonly pid: number;
  /** comm, as the kernel has it. */
  readonly name: string;
  readonly commandLine: string;
  readonly uid: number;
  /** Name of uid, or its number as text. */
  readonly owner: string;
  /** Start time in clock ticks since boot, macOS: microseconds since the epoch. With pid, an identity. */
  readonly start: number;
}

/** One mapping of one shared segment in one process. */
export interface Mapping {
  readonly pid: number;
  /** POSIX: device and inode. System V: shmid. The other is null; all are for System V of another ipc namespace. */
  readonly device: number | null;
  readonly inode: number | null;
  readonly shmid: number | null;
  /** First address, lower-case hex without 0x. */
  readonly address: string;
  /** Which byte of the segment is at the first address; may be past its end. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
  readonly writable: boolean;
}

/** One object of shared memory that a process has. */
export interface SharedObject {
  /** Of all but System V segments, which have a shmid. */
  readonly device: number | null;
  readonly inode: number | null;
  readonly shmid: number | null;
  /** The process is in our ipc namespace: its shmids are ours. */
  readonly ours: boolean;
  /** As proc_pid_maps(5) has it: "/memfd:name (deleted)", "/dev/zero (deleted)", "/dev/shm/name". Another chose it. */
  readonly path: string;
  /** Of its first mapping, lower-case hex without 0x; null: it is only open. */
  readonly address: string | null;
  /** Bytes from the first of the object to the end of the last mapping; may be more than it has. */
  readonly mapped: number;
  /** Some mapping can be written through. */
  readonly writable: boolean;
  /** Null where we may not look. */
  readonly size: number | null;
  readonly mode: number | null;
  readonly uid: number | null;
  readonly owner: string | null;
  /**
   * Why it cannot be opened for reading; null: it can. call "map_files": only /proc/PID/map_files leads to it, which
   * needs CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE. permission-denied of call "open": its mode.
   */
  readonly refusal: NativeError | null;
}

export interface ProcessScan {
  /** Those with at least one mapping. */
  readonly processes: readonly ProcessEntry[];
  readonly mappings: readonly Mapping[];
  /** Processes whose maps we may not read. */
  readonly denied: number;
}

/** A thread, and the process that it is of. */
export interface ThreadEntry {
  readonly tid: number;
  readonly pid: number;
  /** What it is called in its own pid namespace, as a lock has it; equal to `tid` where that is ours. */
  readonly innerTid: number;
  /** comm of the process. */
  readonly name: string;
  /** Start of the process: clock ticks since boot (with pid, an identity), and ms since the epoch. */
  readonly start: number;
  readonly startedMs: number;
  /** The thread has ended and was not waited for; its process may live on. */
  readonly ended: boolean;
  /** Inode of its pid namespace; null where we may not look. */
  readonly pidNamespace: number | null;
}

/** A thread that the kernel keeps until a word of memory changes or a System V semaphore does: one is null. */
export interface ThreadWait {
  readonly tid: number;
  readonly pid: number;
  readonly innerTid: number;
  /** Address of the futex in its process, lower-case hex without 0x. */
  readonly address: string | null;
  readonly semid: number | null;
  /** Which of the set; null where it waits for several at once, or where we may not look. */
  readonly semnum: number | null;
}

/** What a program was built for. */
export interface ProgramAbi {
  /** e_machine of elf(5). */
  readonly machine: number;
  /** Its words are of 64 bits. */
  readonly wide: boolean;
  readonly bigEndian: boolean;
  /** The C library that it has loaded; null: none, or we may not look. */
  readonly library: 'glibc' | 'musl' | null;
}

/** One mapping of a named POSIX semaphore: by such, a process has it open. */
export interface SemaphoreMapping {
  readonly pid: number;
  readonly device: number;
  readonly inode: number;
  /** Its file below /dev/shm: "sem.NAME", and for who made it "sem." and six characters. */
  readonly name: string;
  /**
   * A semaphore that has a name now has this inode; false: it was unlinked, and who opens that name gets another. Maps
   * say "(deleted)" of who made it in any case: glibc links the file under its name afterwards.
   */
  readonly linked: boolean;
  /** First address, lower-case hex without 0x. */
  readonly address: string;
  /** Bytes. */
  readonly length: number;
}

/**
 * Every segment. One of which the system says the same as at the last listing is the same object as there. POSIX on
 * macOS: those that a process of our user has open.
 */
export function list(mechanism: MechanismName): readonly SegmentInfo[];
export function info(address: SegmentAddress): SegmentInfo;
export function create(address: SegmentAddress, options: CreateOptions): Promise<Segment>;
export function open(address: SegmentAddress, options: OpenOptions): Promise<Segment>;
/** Removes the segment of that identity (see Segment.identity); `conflict` when another has its name now. */
export function remove(address: SegmentAddress, identity: string): void;
/** One look, all of now. System V: about 40 us. */
export function peekLock(address: LockAddress): LockPeek;
export function acquireLock(address: LockAddress, options: AcquireOptions): Promise<HeldLock>;
/** Removes a semaphore (and, by key file, nothing else). */
export function removeLock(address: LockAddress): void;
export function exchange(request: ExchangeRequest): Promise<ExchangeResult>;
/** Copies under the lock, held for the copy alone. Resolves with bytes copied and microseconds held. */
export function copyLocked(
  request: CopyRequest,
): Promise<{ readonly count: number; readonly heldUs: number }>;
/**
 * `changed` is called when a look saw other bytes than the one before, and at the first; when size, removal, holes (all
 * looked at 10 times a second, as the lock is) or the lock's numbers changed; when a look failed; when the achieved
 * rate changed by more than 5 % (and at least 1). Throws what opening a closed or gone segment would.
 */
export function watch(request: WatchRequest, changed: () => void): Watch;
/**
 * `changed` is called when the map is another one, also while heat fades: at most four times a second, and after a
 * map() only. Throws what opening a closed or gone segment would.
 */
export function sweep(request: SweepRequest, changed: () => void): Sweep;
/**
 * `told` is called when there is something to take: at once at the first hit and at the end, else at most 20 times a
 * second. Throws what opening a closed or gone segment would.
 */
export function search(request: SearchRequest, told: () => void): Search;
/**
 * `all`: also mappings of memory without a name here: memfd_create(2), MAP_ANONYMOUS, /dev/shm of other mount namespaces,
 * System V segments of other ipc namespaces.
 */
export function scanProcesses(all?: boolean): Promise<ProcessScan>;
/**
 * The shared memory that a process has, by address, then what it has only open; `start` is that of ProcessEntry. Opens
 * nothing. Rejects with `not-found`, `permission-denied`.
 */
export function processMemory(
  pid: number,
): Promise<{ readonly start: number; readonly objects: readonly SharedObject[] }>;
/** null: no such process. */
export function processEntry(pid: number): ProcessEntry | null;
/** The thread with this id, in our pid namespace; null: there is none. About 40 us. */
export function threadEntry(tid: number): ThreadEntry | null;
/** The threads of a process; none where there is no such process. */
export function threadEntries(pid: number): readonly ThreadEntry[];
/** null: no such process, or we may not look. */
export function programAbi(pid: number): ProgramAbi | null;
/** The shared mappings of one process; null: no such process, or we may not look. */
export function processMappings(pid: number): readonly Mapping[] | null;
/**
 * Makes a semaphore 1 where it still is what was seen of it, and answers with its value afterwards: 0 where somebody who
 * waited has it now. `conflict` where it is another one, or its value or its last user is another; `busy` where a
 * process that lives is known to hold it. `lastPid` null: not compared. Of a POSIX semaphore of macOS it can be found out
 * whether it is 0, by taking it for an instant, and nothing else: any other `value` is `unsupported`.
 */
export function resetLock(
  address: LockAddress,
  seen: { readonly identity: string; readonly value: number; readonly lastPid: number | null },
): number;
/**
 * Lets one thread look again that waits in the kernel for the word at `offset` (a multiple of 4), as futex(2)'s
 * FUTEX_WAKE: after a lock was written free. Answers how many there were, 0 or 1.
 */
export function wakeWaiters(segment: Segment, offset: number): number;
/** What the threads of these processes wait for. `denied`: those of them that we may not look into. */
export function scanWaits(
  pids: readonly number[],
): Promise<{ readonly waits: readonly ThreadWait[]; readonly denied: readonly number[] }>;
/** Who has which named POSIX semaphore open. `denied`: how many processes' maps we may not read. */
export function scanSemaphores(): Promise<{
  readonly mappings: readonly SemaphoreMapping[];
  readonly denied: number;
}>;
/** ftok(3): the key_t of an existing file; `not-found` otherwise. */
export function ftok(path: string, projectId: number): number;
/** Limits of this system in bytes and counts; null where unlimited or unknown. */
export function limits(mechanism: MechanismName): {
  readonly maximumSize: number | null;
  /**
   * POSIX: bytes that /dev/shm can still take, at most the memory that is available. System V on macOS: what all segments
   * together may still grow by.
   */
  readonly free: number | null;
  readonly maximumSegments: number | null;
};

/** A hash that node:crypto lacks in some version, fed in pieces of any length. Runs on the caller's thread: 1 to 10 GB/s. */
export class Hash {
  /** crc32: as zip and PNG have it. xxh3: XXH3 of 64 bits with seed 0. */
  constructor(algorithm: 'crc32' | 'xxh3');
  update(bytes: Uint8Array): void;
  /** Of all bytes so far, big endian: 8 or 16 lower-case hex digits. More may follow. */
  digest(): string;
}
