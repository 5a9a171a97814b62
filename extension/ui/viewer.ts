import { EventEmitter, type LogOutputChannel, type Webview } from 'vscode';
import type { Bookmarks } from '../core/bookmarks';
import type { Counterpart } from '../core/comparison';
import type { NativeKey } from '../core/key';
import type { LockBook } from '../core/locks/lockBook';
import { Live, type Picture } from '../core/live';
import type { Compared } from '../shared/compare';
import type { Disposable } from '../shared/disposable';
import type { Frozen } from '../shared/frozen';
import type { Gesture } from '../shared/gestures';
import type { LockPicture } from '../shared/lockRow';
import type { Action, Cursor, Description, Host, Pace, Welcome } from '../shared/protocol';
import { Comparing } from './comparing';
import type { LiveDocument } from './documents';
import { Finder } from './finder';
import { Freezing } from './freezing';
import { rate, reading } from './settings';
import { viewStrings } from './strings';
import type { System } from './system';
import { bookmarkAnswers } from './viewer/bookmarks';
import { byteAnswers } from './viewer/bytes';
import type { Content } from './viewer/content';
import { differenceAnswers } from './viewer/differences';
import { editAnswers } from './viewer/edits';
import { findAnswers } from './viewer/finds';
import { Hashes } from './viewer/hashes';
import { Header } from './viewer/header';
import { Link } from './viewer/link';
import { Locks } from './viewer/locks';
import { requireTrust, Shown } from './viewer/shown';

const done = Promise.resolve();
const nowhere: Cursor = { offset: 0, start: 0, length: 0 };

/** What a viewer needs of its surroundings. */
export interface ViewerContext {
  readonly log: LogOutputChannel;
  readonly system: () => System | null;
  /** The script of the worker that runs regular expressions. */
  readonly regexWorker: string;
  /** Runs the command that a tool of the view stands for, on the segment of the view; `option`: its lock. */
  readonly act: (action: Action, viewer: Viewer, option?: string) => Promise<void>;
  readonly bookmarks: Bookmarks;
  readonly locks: LockBook;
}

/** One live view: binds a webview to an open segment. Reads only while visible and not paused. */
export class Viewer implements Disposable {
  readonly #changed = new EventEmitter<void>();
  /** Cursor, pace, lock, visibility or content changed. */
  readonly onDidChange = this.#changed.event;
  readonly #touched = new EventEmitter<void>();
  /** The user did something in the view. */
  readonly onDidTouch = this.#touched.event;
  readonly #shown: Shown;
  readonly #link: Link;
  readonly #header: Header;
  readonly #hashes: Hashes;
  readonly #locks: Locks;
  readonly #freezing = new Freezing((frozen) => {
    this.#link.tell((remote) => remote.frozen(frozen));
  });
  readonly #comparing = new Comparing({
    compared: (compared) => {
      this.#link.tell((remote) => remote.compared(compared));
    },
    frames: {
      other: (frame) => this.#link.remote.otherFrame(frame),
      stop: (frame) => this.#link.remote.stopFrame(frame),
    },
    progress: (fraction) => {
      this.#link.tell((remote) => remote.comparing({ fraction }));
    },
  });
  #subscriptions: Disposable[] = [];
  #live: Live | null = null;
  #finder: Finder | null = null;
  #window = { offset: 0, length: 0 };
  #visible = true;
  /** The next cursor says where the view left off; the user has done nothing for it. */
  #placing = true;
  #pace: Pace = { hertz: rate(), paused: false, underLock: false };
  #cursor: Cursor | null = null;

  constructor(
    readonly place: Welcome['place'],
    webview: Webview,
    private readonly context: ViewerContext,
  ) {
    const { log, system } = context;
    this.#shown = new Shown(log);
    this.#header = new Header(
      this.#shown,
      system,
      () => {
        this.#describe();
      },
      (scan, startedMs) => this.#locks.took(scan, startedMs),
    );
    this.#locks = new Locks(this.#shown, system, context.locks, {
      tell: (locks) => {
        this.#link.tell((remote) => remote.locks(locks));
        this.#changed.fire();
      },
      scanSoon: () => {
        this.#header.soon();
      },
      repair: (id) => {
        this.#touched.fire();
        return context.act('repairLock', this, id);
      },
    });
    this.#hashes = new Hashes(this.#shown, system, (fraction) => {
      this.#link.tell((remote) => remote.hashing({ fraction }));
    });
    this.#link = new Link(webview, this.#host(), log);
  }

  /** The segment on show; null where there is none. */
  get document(): LiveDocument | null {
    return this.#shown.document;
  }

  /** What the header says. */
  get description(): Description | null {
    return this.#header.description;
  }

  get key(): NativeKey | null {
    return this.document?.segment.key ?? null;
  }

  /** At the start of the segment as long as {@link isPlaced} is false. */
  get cursor(): Cursor {
    return this.#cursor ?? nowhere;
  }

  /** The view has said where its cursor is. */
  get isPlaced(): boolean {
    return this.#cursor !== null;
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

  /** What is kept as it is; null: nothing. */
  get frozen(): Frozen | null {
    return this.#freezing.frozen;
  }

  /** What is said of its locks; null: nothing yet. */
  get locks(): LockPicture | null {
    return this.#locks.picture;
  }

  /** What is on screen; null before the first look. */
  get picture(): Picture | null {
    return this.#live?.picture ?? null;
  }

  /** Shows something else. The caller keeps ownership of the document until the next show or dispose. */
  show(content: Content | null): void {
    this.#release();
    this.#shown.content = content;
    this.#cursor = null;
    this.#placing = true;
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
        this.context.locks.onDidChange(() => {
          this.#locks.look();
        }),
      ];
    }
    if (this.#link.ready) this.#begin();
    this.#describe();
    this.#tellBookmarks();
    if (this.#visible && this.#link.ready) this.#locks.begin();
    this.#changed.fire();
  }

  /** Nothing is read while false. */
  setVisible(visible: boolean): void {
    if (visible === this.#visible) return;
    this.#visible = visible;
    this.#live?.visible(visible);
    this.#finder?.visible(visible);
    if (!visible) {
      this.#freezing.hide();
      this.#live?.dispose();
      this.#live = null;
      this.#hashes.stop();
      this.#locks.end();
      this.#comparing.visible(false);
      this.#link.cut();
    }
    this.#scan();
    this.#changed.fire();
  }

  setPace(pace: Pace): void {
    this.#keepPace(pace);
    this.#link.tell((remote) => remote.paced(pace));
  }

  /**
   * Shows the segment beside something else, until the user closes it or another segment is shown. `turn`: the user asked for
   * it now, and is to be taken there.
   */
  compare(counterpart: Counterpart, described: () => Compared, release: () => void, turn = true): void {
    const { document } = this;
    if (document === null) {
      release();
      return;
    }
    this.#comparing.begin(document.segment, counterpart, described, release);
    if (turn) this.focus();
  }

  reveal(offset: number, length: number): void {
    this.#link.tell((remote) => remote.reveal({ offset, length }));
  }

  perform(gesture: Gesture): void {
    this.#link.tell((remote) => remote.perform({ gesture }));
  }

  focus(): void {
    this.#link.tell((remote) => remote.focus());
  }

  /** Says anew what the header shows: after trust, settings, the listing or where programs stand changed. */
  refresh(): void {
    this.#describe();
  }

  dispose(): void {
    this.#release();
    this.#link.dispose();
    this.#changed.dispose();
    this.#touched.dispose();
  }

  #host(): Host {
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
        if (pace.underLock) requireTrust();
        this.#keepPace(pace);
        return done;
      },
      cursor: (cursor) => {
        this.#cursor = cursor;
        if (!this.#placing) this.#touched.fire();
        this.#placing = false;
        this.#changed.fire();
        return done;
      },
      focused: () => {
        this.#touched.fire();
        return done;
      },
      act: ({ action }) => {
        this.#touched.fire();
        return this.context.act(action, this);
      },
      processDeed: ({ deed, pid }) => {
        this.#touched.fire();
        return this.context.act(deed, this, String(pid));
      },
      ...editAnswers((work) => this.#change(work), this.#freezing),
      ...findAnswers(() => this.#finder),
      ...this.#hashes.answers,
      ...byteAnswers(this.#shown),
      ...bookmarkAnswers(this.#shown, this.context.bookmarks),
      ...differenceAnswers(this.#shown, this.#comparing),
      ...this.#locks.answers,
      complain: ({ message }) => {
        this.context.log.error(`view: ${message}`);
        return done;
      },
    };
  }

  #welcome(): Welcome {
    this.#link.opened();
    this.#placing = true;
    this.#begin();
    this.#tellBookmarks();
    this.#locks.begin();
    this.#comparing.tell();
    this.#comparing.visible(true);
    this.#freezing.show();
    return {
      description: this.#header.take(),
      pace: this.#pace,
      reading: reading(),
      strings: viewStrings(),
      place: this.place,
    };
  }

  #begin(): void {
    this.#live?.dispose();
    this.#live = null;
    const { document } = this;
    if (document === null) return;
    const { regexWorker, log } = this.context;
    this.#finder ??= new Finder(document.segment, () => this.#link.remote, regexWorker, log);
    this.#finder.visible(this.#visible);
    let lock = '';
    this.#live = new Live(
      document.segment,
      (frame) => {
        const seen = JSON.stringify([frame.lock, frame.rate]);
        if (seen !== lock) this.#changed.fire();
        lock = seen;
        return this.#link.remote.frame(frame);
      },
      this.#pace,
    );
    this.#live.watch(this.#window);
    this.#live.visible(this.#visible);
    this.#scan();
  }

  async #change<T>(work: (document: LiveDocument) => Promise<T>): Promise<T> {
    this.#touched.fire();
    return this.#shown.change(async (document) => {
      const reply = await work(document);
      // A view that is paused looks once: the byte is pending until the segment gives it back.
      if (this.#pace.paused) this.#live?.watch(this.#window);
      return reply;
    });
  }

  #keepPace(pace: Pace): void {
    this.#pace = pace;
    this.#live?.pace(pace);
    this.#comparing.pace(pace);
    this.#changed.fire();
  }

  #tellBookmarks(): void {
    const { document } = this;
    if (document === null) return;
    const bookmarks = this.context.bookmarks.of(document.segment.id);
    this.#link.tell((remote) => remote.bookmarked(bookmarks));
  }

  #describe(): void {
    if (!this.#link.ready || !this.#header.stale) return;
    const description = this.#header.take();
    this.#link.tell((remote) => remote.describe(description));
  }

  #update(): void {
    this.#describe();
    this.#header.soon();
    this.#changed.fire();
  }

  /** Who is attached is looked up only for what is on screen. */
  #scan(): void {
    this.#header.scan(this.#visible && this.#link.ready ? this.key : null);
  }

  #release(): void {
    this.#hashes.stop();
    this.#locks.end();
    this.#freezing.stop();
    this.#comparing.end();
    this.#header.forget();
    this.#live?.dispose();
    this.#live = null;
    this.#finder?.dispose();
    this.#finder = null;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#subscriptions = [];
  }
}
