import { env, EventEmitter, l10n, workspace, type LogOutputChannel, type Webview } from 'vscode';
import { SegmentError } from '../core/errors';
import type { NativeKey } from '../core/key';
import type { Bookmarks } from '../core/bookmarks';
import type { Counterpart } from '../core/comparison';
import { hashRange } from '../core/hashing';
import { Live, type Picture } from '../core/live';
import { hostChecks, longestCopy } from '../shared/checks';
import type { HashReply, HashRequest } from '../shared/hashes';
import type {
  Action,
  AttachedProcess,
  Cursor,
  Description,
  Host,
  Pace,
  Viewer as Remote,
  Welcome,
} from '../shared/protocol';
import type { Compared } from '../shared/compare';
import type { Disposable } from '../shared/disposable';
import type { Gesture } from '../shared/gestures';
import { connect, type Connection } from '../shared/rpc';
import { AttachedScan } from './attachedScan';
import { Comparing } from './comparing';
import { Freezing } from './freezing';
import { describe, restrictedText } from './description';
import { Finder } from './finder';
import type { LiveDocument } from './documents';
import { parts, phrase } from './phrases';
import { rate, reading } from './settings';
import { viewStrings } from './strings';
import type { System } from './system';

const done = Promise.resolve();
/** Between two reports of a hash's progress. */
const progressMs = 200;

/** What a viewer needs of its surroundings. */
export interface ViewerContext {
  readonly log: LogOutputChannel;
  readonly system: () => System | null;
  /** The script of the worker that runs regular expressions. */
  readonly regexWorker: string;
  /** Runs the command that a tool of the view stands for, on the segment of the view. */
  readonly act: (action: Action, viewer: Viewer) => Promise<void>;
  readonly bookmarks: Bookmarks;
}

/** What a viewer shows: a segment, or why there is none. */
export type Content = { readonly document: LiveDocument } | { readonly failure: Description };

/** One live view: binds a webview to an open segment. Reads only while visible and not paused. */
export class Viewer implements Disposable {
  readonly #changed = new EventEmitter<void>();
  /** Cursor, pace, lock, visibility or content changed. */
  readonly onDidChange = this.#changed.event;
  readonly #touched = new EventEmitter<void>();
  /** The user did something in the view. */
  readonly onDidTouch = this.#touched.event;
  readonly #host: Host = this.#makeHost();
  #connection: Connection<Remote>;
  #content: Content | null = null;
  #subscriptions: Disposable[] = [];
  #live: Live | null = null;
  #finder: Finder | null = null;
  #hashing: AbortController | null = null;
  #window = { offset: 0, length: 0 };
  #attached: readonly AttachedProcess[] = [];
  #described = '';
  #scan: AttachedScan | null = null;
  readonly #freezing = new Freezing((frozen) => {
    this.#tell((remote) => remote.frozen(frozen));
  });
  readonly #comparing = new Comparing({
    compared: (compared) => {
      this.#tell((remote) => remote.compared(compared));
    },
    frame: (frame) => this.#connection.remote.otherFrame(frame),
    progress: (fraction) => {
      this.#tell((remote) => remote.comparing({ fraction }));
    },
  });
  #visible = true;
  #ready = false;
  #placed = false;
  #pace: Pace = { hertz: rate(), paused: false, underLock: false };
  #cursor: Cursor = { offset: 0, start: 0, length: 0 };

  constructor(
    readonly place: Welcome['place'],
    private readonly webview: Webview,
    private readonly context: ViewerContext,
  ) {
    this.#connection = this.#connect();
  }

  /** The segment on show; null where there is none. */
  get document(): LiveDocument | null {
    return this.#content !== null && 'document' in this.#content ? this.#content.document : null;
  }

  /** What the header says. */
  get description(): Description | null {
    return this.#current();
  }

  get key(): NativeKey | null {
    return this.document?.segment.key ?? null;
  }

  get cursor(): Cursor {
    return this.#cursor;
  }

  get pace(): Pace {
    return this.#pace;
  }

  get visible(): boolean {
    return this.#visible;
  }

  /** What the segment is compared with; null: nothing. */
  get compared(): Compared | null {
    return this.#comparing.compared;
  }

  /** What is on screen; null before the first look. */
  get picture(): Picture | null {
    return this.#live?.picture ?? null;
  }

  /** Shows something else. The caller keeps ownership of the document until the next show or dispose. */
  show(content: Content | null): void {
    this.#release();
    this.#content = content;
    this.#attached = [];
    this.#described = '';
    this.#cursor = { offset: 0, start: 0, length: 0 };
    this.#placed = false;
    const { document } = this;
    if (document !== null) {
      this.#subscriptions = [
        document.segment.onDidChange(() => {
          this.#update();
        }),
        document.editor.onDidChange(() => {
          this.#update();
        }),
        this.context.bookmarks.onDidChange((segment) => {
          if (segment === document.segment.id) this.#tellBookmarks();
        }),
      ];
    }
    if (this.#ready) this.#begin();
    this.#describe();
    this.#tellBookmarks();
    this.#changed.fire();
  }

  /** Nothing is read while false. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.#live?.visible(visible);
    this.#finder?.visible(visible);
    if (!visible) {
      // Nobody sees the badge that says so.
      this.#freezing.stop();
      // VS Code destroys a hidden webview; what it has not answered it never will.
      this.#ready = false;
      this.#live?.dispose();
      this.#live = null;
      this.#hashing?.abort();
      this.#comparing.visible(false);
      this.#connection.dispose();
      this.#connection = this.#connect();
    }
    this.#startScan();
    this.#changed.fire();
  }

  setPace(pace: Pace): void {
    this.#pace = pace;
    this.#live?.pace(pace);
    this.#comparing.pace(pace);
    this.#tell((remote) => remote.paced(pace));
    this.#changed.fire();
  }

  /** Shows the segment beside something else, until the user closes it or another segment is shown. */
  compare(counterpart: Counterpart, described: () => Compared, release: () => void): void {
    const { document } = this;
    if (document === null) {
      release();
      return;
    }
    this.#comparing.begin(document.segment, counterpart, described, release);
    this.focus();
  }

  reveal(offset: number, length: number): void {
    this.#tell((remote) => remote.reveal({ offset, length }));
  }

  perform(gesture: Gesture): void {
    this.#tell((remote) => remote.perform({ gesture }));
  }

  focus(): void {
    this.#tell((remote) => remote.focus());
  }

  /** Says anew what the header shows: after trust, settings or the listing changed. */
  refresh(): void {
    this.#describe();
  }

  dispose(): void {
    this.#release();
    this.#connection.dispose();
    this.#changed.dispose();
    this.#touched.dispose();
  }

  #connect(): Connection<Remote> {
    return connect<Host, Remote>(
      {
        post: (message) => void this.webview.postMessage(message),
        onMessage: (listener) => this.webview.onDidReceiveMessage(listener),
      },
      this.#host,
      hostChecks,
      (message) => {
        this.context.log.warn(message);
      },
    );
  }

  #makeHost(): Host {
    return {
      ready: () => Promise.resolve(this.#welcome()),
      watch: (window) => {
        this.#window = window;
        this.#live?.watch(window);
        this.#comparing.watch(window);
        return done;
      },
      pace: (pace) => {
        // Taking the lock is a change that other processes can notice.
        if (pace.underLock && !workspace.isTrusted)
          throw new SegmentError('permission-denied', restrictedText());
        this.#pace = pace;
        this.#live?.pace(pace);
        this.#comparing.pace(pace);
        this.#changed.fire();
        return done;
      },
      edit: (edit) =>
        this.#change(async (document) => {
          const reply = await document.editor.edit(edit);
          if (reply.outcome === 'written') this.#freezing.adopt(edit);
          return reply;
        }),
      undo: () => this.#change((document) => document.editor.undo()),
      redo: () => this.#change((document) => document.editor.redo()),
      cursor: (cursor) => {
        // The first one after loading says where the view left off; the user has done nothing yet.
        if (this.#placed) this.#touched.fire();
        this.#placed = true;
        this.#cursor = cursor;
        this.#changed.fire();
        return done;
      },
      act: ({ action }) => {
        this.#touched.fire();
        return this.context.act(action, this);
      },
      find: (query) => Promise.resolve(this.#finding().find(query)),
      stopFind: () => {
        this.#finder?.stopFind();
        return done;
      },
      recheck: async (hits) => this.#finding().recheck(hits),
      wantMap: ({ buckets }) => {
        this.#finder?.wantMap(buckets);
        return done;
      },
      markChanges: () => Promise.resolve(this.#finder?.mark() ?? { since: null }),
      hash: (request) => this.#hash(request),
      stopHash: () => {
        this.#hashing?.abort();
        return done;
      },
      read: ({ ranges }) =>
        this.#guard('read', ({ segment }) => {
          const found = ranges.map(({ offset, length }) => {
            const bytes = new Uint8Array(Math.max(0, Math.min(length, segment.size - offset)));
            return bytes.slice(0, segment.read(offset, bytes));
          });
          return Promise.resolve({ found });
        }),
      clipboard: async () => {
        const text = await env.clipboard.readText();
        if (text.length <= longestCopy) return { text };
        throw new SegmentError('invalid-size', l10n.t('The clipboard holds too much text.'));
      },
      copy: async ({ text }) => env.clipboard.writeText(text),
      freeze: (request) => {
        this.#touched.fire();
        return this.#change(({ segment }) => this.#freezing.start(segment, request));
      },
      thaw: () => {
        this.#freezing.stop();
        return done;
      },
      putBookmark: (bookmark) =>
        this.#guard('bookmark', ({ segment }) => this.context.bookmarks.put(segment.id, bookmark)),
      dropBookmark: ({ id }) =>
        this.#guard('bookmark', ({ segment }) => this.context.bookmarks.drop(segment.id, id)),
      nextDifference: (request) => this.#guard('compare', () => this.#comparing.find(request)),
      countDifferences: () => this.#guard('compare', () => this.#comparing.count()),
      stopDifference: () => {
        this.#comparing.stop();
        return done;
      },
      stopComparing: () => {
        this.#comparing.end();
        return done;
      },
      complain: ({ message }) => {
        this.context.log.error(`view: ${message}`);
        return done;
      },
    };
  }

  #welcome(): Welcome {
    this.#ready = true;
    this.#placed = false;
    this.#begin();
    this.#tellBookmarks();
    this.#comparing.tell();
    this.#comparing.visible(true);
    const description = this.#current();
    this.#described = JSON.stringify(description);
    return {
      description,
      pace: this.#pace,
      reading: reading(),
      strings: viewStrings(),
      place: this.place,
    };
  }

  #finding(): Finder {
    if (this.#finder === null) throw new SegmentError('closed', 'no segment is shown');
    return this.#finder;
  }

  #begin(): void {
    this.#live?.dispose();
    this.#live = null;
    const { document } = this;
    if (document === null) return;
    const { regexWorker, log } = this.context;
    this.#finder ??= new Finder(document.segment, () => this.#connection.remote, regexWorker, log);
    this.#finder.visible(this.#visible);
    let lock = '';
    this.#live = new Live(
      document.segment,
      (frame) => {
        const seen = JSON.stringify([frame.lock, frame.rate]);
        if (seen !== lock) this.#changed.fire();
        lock = seen;
        return this.#connection.remote.frame(frame);
      },
      this.#pace,
    );
    this.#live.watch(this.#window);
    this.#live.visible(this.#visible);
    this.#startScan();
  }

  /** What changes the segment: refused in a workspace that is not trusted. */
  async #change<T>(work: (document: LiveDocument) => Promise<T>): Promise<T> {
    if (!workspace.isTrusted) throw new SegmentError('permission-denied', restrictedText());
    return this.#guard('edit', async (document) => {
      const reply = await work(document);
      // A view that is paused looks once: the byte is pending until the segment gives it back.
      if (this.#pace.paused) this.#live?.watch(this.#window);
      return reply;
    });
  }

  /** What needs a segment; a failure is logged and phrased for a person. */
  async #guard<T>(name: string, work: (document: LiveDocument) => Promise<T>): Promise<T> {
    const { document } = this;
    try {
      if (document === null) throw new SegmentError('closed', 'no segment is shown');
      return await work(document);
    } catch (error) {
      const { code, message } = parts(error);
      this.context.log.warn(`${name}: ${code}: ${message}`);
      throw new SegmentError(code, phrase(error));
    }
  }

  async #hash(request: HashRequest): Promise<HashReply> {
    this.#hashing?.abort();
    const running = new AbortController();
    this.#hashing = running;
    const { document } = this;
    const system = this.context.system();
    try {
      if (document === null || system === null) throw new SegmentError('closed', 'no segment is shown');
      let told = performance.now();
      const progress = (fraction: number): void => {
        const now = performance.now();
        if (now - told < progressMs) return;
        told = now;
        this.#tell((remote) => remote.hashing({ fraction }));
      };
      return await hashRange(system.native, document.segment, request, progress, running.signal);
    } catch (error) {
      throw new SegmentError(parts(error).code, phrase(error));
    }
  }

  #tellBookmarks(): void {
    const { document } = this;
    if (document === null) return;
    const bookmarks = this.context.bookmarks.of(document.segment.id);
    this.#tell((remote) => remote.bookmarked(bookmarks));
  }

  #current(): Description | null {
    const content = this.#content;
    if (content === null) return null;
    if ('failure' in content) return content.failure;
    const kind = this.context.system()?.catalog.find(content.document.segment.id)?.kind ?? null;
    return describe(content.document, kind, this.#attached);
  }

  #describe(): void {
    if (!this.#ready) return;
    const description = this.#current();
    const text = JSON.stringify(description);
    if (text === this.#described) return;
    this.#described = text;
    this.#tell((remote) => remote.describe(description));
  }

  #update(): void {
    this.#describe();
    this.#scan?.soon(250);
    this.#changed.fire();
  }

  /** Who is attached is looked up only for what is on screen. */
  #startScan(): void {
    this.#scan?.dispose();
    this.#scan = null;
    const system = this.context.system();
    const { key } = this;
    if (!this.#visible || !this.#ready || key === null || system === null) return;
    this.#scan = new AttachedScan(system.native, key, (attached) => {
      this.#attached = attached;
      this.#describe();
    });
  }

  #tell(call: (remote: Remote) => Promise<void>): void {
    if (!this.#ready) return;
    call(this.#connection.remote).catch((error: unknown) => {
      const { code, message } = parts(error);
      if (code !== 'closed') this.context.log.warn(l10n.t('The view did not answer: {0}', message));
    });
  }

  #release(): void {
    this.#hashing?.abort();
    this.#hashing = null;
    this.#freezing.stop();
    this.#comparing.end();
    this.#scan?.dispose();
    this.#scan = null;
    this.#live?.dispose();
    this.#live = null;
    this.#finder?.dispose();
    this.#finder = null;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }
}
