import type { Bookmark } from './bookmark';
import type { Compared, Difference, DifferenceCount, DifferenceRequest } from './compare';
import type { Frozen } from './frozen';
import type { Gesture } from './gestures';
import type { HashReply, HashRequest } from './hashes';
import type { LockStatus, ProcessName } from './lock';
import type { LockPicture } from './lockRow';
import type { Query } from './query';
import type { Reading } from './reading';

/**
 * The messages between the extension host and one live view. The reply type of a message is its method's;
 * every call ends in a result or a `Fault` (see rpc.ts). Offsets and lengths are bytes, safe integers.
 * Byte arrays are exact, never views of larger buffers (VS Code ships the whole backing buffer).
 */

/** What the segment behind the view is to us now. */
export type Presence =
  /** Bytes flow. */
  | 'live'
  /** The key leads nowhere yet. */
  | 'waiting'
  /** The segment was removed; the last bytes stay on screen. */
  | 'removed'
  /** Another segment has taken the key; the last bytes of the first stay until the user re-opens. */
  | 'recreated'
  /** The system refuses us. */
  | 'denied'
  /** Any other failure; `notice` says which. */
  | 'failed';

/** The header of the view: sent when it changes, never per frame. */
export interface Description {
  /** What a person calls it: Qt's key, the POSIX name without slash. */
  readonly label: string;
  /** Identity string, Qt's QNativeIpcKey::toString() form. */
  readonly nativeKey: string;
  /** "Qt", "Python", "Boost", "POSIX", "System V" and how it is reached, already localised: "Qt · System V". */
  readonly kindText: string;
  readonly owner: string;
  /** Octal text, "0600". */
  readonly mode: string;
  readonly access: 'observe' | 'attach';
  readonly writable: boolean;
  /** Why it cannot be written, for a person; null where it can. */
  readonly readOnlyReason: string | null;
  /** System V attach count, POSIX mappings counted, null unknown. */
  readonly attachCount: number | null;
  readonly attached: readonly AttachedProcess[];
  /** Which of them stand at a stop of a debug session of this window, by process id. */
  readonly standing: readonly number[];
  readonly presence: Presence;
  /** A sentence with the remedy where presence is not live; else null. */
  readonly notice: string | null;
  /** How reads reach the bytes and what trace that leaves, a sentence for the tooltip. */
  readonly routeText: string;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

export interface AttachedProcess extends ProcessName {
  readonly commandLine: string;
  /** Whose it is; empty: not known. */
  readonly owner: string;
  /** What it is to the segment; creator and last: of System V, who ended without being seen attached. */
  readonly part: 'attached' | 'creator' | 'last';
  /** False: it has ended since it was seen attached, or was long before. */
  readonly alive: boolean;
  readonly writable: boolean;
  /** Where it has the segment in its memory, by address; empty: nowhere, or not known. */
  readonly mappings: readonly SegmentMapping[];
  readonly us: boolean;
}

/** A stretch of the segment in the memory of a process. A process may have several, of any part, even of the same. */
export interface SegmentMapping {
  /** Of its first byte, lower-case hex without 0x. */
  readonly address: string;
  /** Which byte of the segment that is. */
  readonly offset: number;
  /** Bytes, at least 1; it may reach past the end of the segment, to the end of a page or farther. */
  readonly length: number;
}

/**
 * How bytes were copied: beside the lock, so that they may be torn; under it; or (`busy`) not since another process
 * took it: then they are the last that were copied under it.
 */
export type Copy = 'unlocked' | 'locked' | 'busy';

/** One look at the window. Answered (with nothing) when it has been painted; only then the next is sent. */
export interface Frame {
  /** Counts up by one per frame of this view. */
  readonly sequence: number;
  /** First byte of the window in the segment. */
  readonly offset: number;
  /** As many bytes as the segment has there; may be fewer than asked for. */
  readonly length: number;
  /**
   * What differs from the frame before, which was answered: pairs of first byte (from `offset`) and length, ascending,
   * not touching. null: this frame tells all bytes.
   */
  readonly runs: readonly number[] | null;
  /** The bytes of the runs after one another; without runs, `length` bytes. */
  readonly bytes: Uint8Array;
  /**
   * What of the window is a hole: no memory yet, and zeros. Pairs of first byte (of the segment) and length, ascending,
   * not touching. null: the same as in the frame before.
   */
  readonly holes: readonly number[] | null;
  readonly copy: Copy;
  /** Size of the segment now. */
  readonly size: number;
  readonly lock: LockStatus;
  /** Looks per second that the host achieves, rounded to one decimal. */
  readonly rate: number;
}

/** The bytes on screen: aligned by the view to its rows. length 0 = nothing is visible. */
export interface Window {
  readonly offset: number;
  readonly length: number;
}

export interface Pace {
  /** Looks per second, 1..60. */
  readonly hertz: number;
  readonly paused: boolean;
  /** Each look takes the lock for its one copy, where there is a lock. */
  readonly underLock: boolean;
}

export interface Edit {
  readonly offset: number;
  /** What to write; 1..65536 bytes. */
  readonly bytes: Uint8Array;
  /** What the user saw there; same length. */
  readonly expected: Uint8Array;
}

/** What became of an edit, an undo or a redo. Faults: busy, permission-denied, gone, invalid-size, unsupported. */
export interface EditReply {
  readonly outcome: 'written' | 'conflict' | 'nothing-to-do';
  readonly offset: number;
  /** conflict: the bytes that are there instead. */
  readonly found: Uint8Array | null;
}

export interface Cursor {
  readonly offset: number;
  /** Selected bytes; 0 = none, the cursor alone. */
  readonly length: number;
  /** First selected byte. */
  readonly start: number;
}

/** Hits of a search since the message before, and how far it is. */
export interface Found {
  /** The answer to `find`. */
  readonly id: number;
  /** By offset, ascending over all messages; at most `mostHits` in all. */
  readonly offsets: readonly number[];
  /** Bytes of each. */
  readonly lengths: readonly number[];
  /** Hits so far. */
  readonly total: number;
  /** There are more than are listed. */
  readonly capped: boolean;
  readonly done: boolean;
  /** 0..1 of the bytes that are searched. */
  readonly progress: number;
  /** What ended it, a sentence for a person; then it is done. */
  readonly error: string | null;
}

/** The whole segment in equal parts, one byte each: shares from 0 to 255, at least 1 where there is anything at all. */
export interface SegmentMap {
  /** Bytes of the segment. */
  readonly size: number;
  /** How full: bytes that are not zero. */
  readonly data: Uint8Array;
  /** Memory that was never used. */
  readonly hole: Uint8Array;
  /** How lately it was seen to change: 255 just now, 0 ten seconds ago or never. */
  readonly heat: Uint8Array;
}

/** What the tools and menus of the view ask the host to do; each is a command of commands.ts. */
export type Action =
  | 'lock'
  | 'unlock'
  | 'attach'
  | 'detach'
  | 'write'
  | 'writeFile'
  | 'save'
  | 'saveSelection'
  | 'exportBookmarks'
  | 'compareWith'
  | 'rememberMoment'
  | 'changesSinceStop'
  | 'breakOnChange'
  | 'copyAddress'
  | 'showInMemoryView'
  | 'importBookmarks'
  | 'recreate'
  | 'remove'
  | 'goTo'
  | 'findLocks'
  | 'addLock'
  | 'pairSemaphore'
  | 'repairLock'
  | 'reopen'
  | 'copyKey'
  | 'openInEditor'
  | 'showLog'
  | ProcessDeed;

/** What is done about an attached process: to what runs it, another of its shared mappings, its number copied. */
export type ProcessDeed = (typeof processDeeds)[number];

export const processDeeds = ['showProcess', 'openSharedMapping', 'copyPid'] as const;

/** Bytes that the view wants to see once, besides its window. */
export interface Peek {
  /** At most 256 ranges and 1 MiB in all. */
  readonly ranges: readonly Window[];
}

/** As many bytes of each range as the segment has there. Unlocked. */
export interface Peeked {
  readonly found: readonly Uint8Array[];
}

/** Answer to `ready`. */
export interface Welcome {
  /** null: the panel follows the tree and nothing is selected yet. */
  readonly description: Description | null;
  readonly pace: Pace;
  /** How bytes are read where nothing else was chosen for a segment. */
  readonly reading: Reading;
  /** Localised texts by key of shared/strings.ts. */
  readonly strings: Readonly<Record<string, string>>;
  /** Where the editor tab and the panel differ. */
  readonly place: 'editor' | 'panel';
}

/** What the view asks of the extension host. */
export interface Host {
  /** Once, when the script has loaded. */
  ready(): Promise<Welcome>;
  watch(window: Window): Promise<void>;
  pace(pace: Pace): Promise<void>;
  edit(edit: Edit): Promise<EditReply>;
  undo(): Promise<EditReply>;
  redo(): Promise<EditReply>;
  /** Where the cursor is: once the bytes are there, for each segment that is shown, and whenever it moves. */
  cursor(cursor: Cursor): Promise<void>;
  /** The keyboard came into the view. */
  focused(): Promise<void>;
  act(request: { readonly action: Action }): Promise<void>;
  /** Hashes bytes as they are now; one that is still running is given up. Faults: closed, gone, unsupported. */
  hash(request: HashRequest): Promise<HashReply>;
  /** Gives up the hash that is running. */
  stopHash(): Promise<void>;
  /** Reads once. Faults: closed where no segment is shown. */
  read(request: Peek): Promise<Peeked>;
  /** What the clipboard holds, as text. Faults: invalid-size beyond 8 Mi characters. */
  clipboard(): Promise<{ readonly text: string }>;
  /** Puts text on the clipboard. At most 8 Mi characters. */
  copy(request: { readonly text: string }): Promise<void>;
  /**
   * Begins a search in place of the one before. Faults: `invalid-size` for a query that cannot be run (the view checks it
   * by shared/query.ts while it is typed), `gone`, `closed` where nothing was marked.
   */
  find(query: Query): Promise<{ readonly id: number }>;
  stopFind(): Promise<void>;
  /** Whether hits of the last search still are what it looked for, by the bytes now. At most 1000. */
  recheck(hits: {
    readonly id: number;
    readonly offsets: readonly number[];
    readonly lengths: readonly number[];
  }): Promise<{ readonly still: readonly boolean[] }>;
  /** Wants maps in so many parts (at most 4096) while the view is visible; 0 = none, then nothing is swept for them. */
  wantMap(request: { readonly buckets: number }): Promise<void>;
  /** A moment for "changed since"; null where nothing is swept (budget 0, no segment). */
  markChanges(): Promise<{ readonly since: number | null }>;
  /**
   * Keeps these 1..65536 bytes as they are until `thaw`; the counts come by `frozen`. Another freeze of this view
   * ends. Faults: permission-denied, invalid-size, gone.
   */
  freeze(request: { readonly offset: number; readonly bytes: Uint8Array }): Promise<void>;
  thaw(): Promise<void>;
  /** Adds a bookmark or changes the one with its id. Faults: already-exists (the name), invalid-size. */
  putBookmark(bookmark: Bookmark): Promise<void>;
  dropBookmark(request: { readonly id: string }): Promise<void>;
  /** Shows what a repair of this lock would do, and asks. */
  repairLock(request: { readonly id: string }): Promise<void>;
  /** Does something about an attached process, see {@link ProcessDeed}. */
  processDeed(request: { readonly deed: ProcessDeed; readonly pid: number }): Promise<void>;
  /** Takes a lock that the user placed off the list. */
  dropLock(request: { readonly id: string }): Promise<void>;
  /**
   * The difference after or before one, over the whole of both; one that is still looked for is given up. null: none.
   * Faults: closed where nothing is compared, or once it was given up.
   */
  nextDifference(request: DifferenceRequest): Promise<Difference | null>;
  /** Counts what differs now, over the whole of both. Faults: closed as above. */
  countDifferences(): Promise<DifferenceCount>;
  /** Gives up what is looked for and counted. */
  stopDifference(): Promise<void>;
  stopComparing(): Promise<void>;
  /** A failure in the view, for the log. At most 4 KiB. */
  complain(request: { readonly message: string }): Promise<void>;
}

/** What the extension host asks of the view. */
export interface Viewer {
  frame(frame: Frame): Promise<void>;
  describe(description: Description | null): Promise<void>;
  /** Scrolls there, puts the cursor there and selects `length` bytes. */
  reveal(range: { readonly offset: number; readonly length: number }): Promise<void>;
  perform(request: { readonly gesture: Gesture }): Promise<void>;
  /** Takes the keyboard focus. */
  focus(): Promise<void>;
  /** Answered when taken; only then the next part is sent. */
  found(part: Found): Promise<void>;
  /** At most four times a second, when it changed. */
  map(map: SegmentMap): Promise<void>;
  /** How much of a hash that was asked for is done, 0..1; a few times a second. */
  hashing(progress: { readonly fraction: number }): Promise<void>;
  /** What is frozen by this view; null: nothing. Its end is told once, then null. */
  frozen(frozen: Frozen | null): Promise<void>;
  /** The bookmarks of the segment on show, by offset. */
  bookmarked(bookmarks: readonly Bookmark[]): Promise<void>;
  /** Its locks, when what is said of them changed: at most twice a second. */
  locks(picture: LockPicture): Promise<void>;
  /** What the segment is compared with, also when it changes; null: nothing. */
  compared(compared: Compared | null): Promise<void>;
  /** The same window of what it is compared with; as `frame`. */
  otherFrame(frame: Frame): Promise<void>;
  /** The same window at the stop at which a program stands; as `frame`. */
  stopFrame(frame: Frame): Promise<void>;
  /** How much of the search for a difference is done, 0..1; a few times a second. */
  comparing(progress: { readonly fraction: number }): Promise<void>;
  /** The pace was changed elsewhere (command, status bar). */
  paced(pace: Pace): Promise<void>;
}
