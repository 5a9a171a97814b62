import { LockScene, type SeenLock } from '../../core/locks/lockScene';
import type { LockBook } from '../../core/locks/lockBook';
import type { ProcessScan } from '../../core/native';
import { mostDeadlocks, type LockPicture } from '../../shared/lockRow';
import { ownLock } from '../../shared/lockReport';
import type { Host } from '../../shared/protocol';
import { deadlockText, lockRow } from '../lockTexts';
import type { System } from '../system';
import type { Shown } from './shown';

/** Between two looks at the locks. */
const lookMs = 500;

/** What the locks of a view do to it. */
interface LockDeeds {
  readonly tell: (picture: LockPicture) => void;
  /** Only a scan of processes tells who an owner is. */
  readonly scanSoon: () => void;
  readonly repair: (id: string) => Promise<void>;
}

/** The locks of what a view shows, looked at twice a second while it is on screen. */
export class Locks {
  #scene: LockScene | null = null;
  #picture: LockPicture | null = null;
  #told = '';
  #timer: NodeJS.Timeout | undefined;
  readonly answers: Pick<Host, 'repairLock' | 'dropLock'> = {
    repairLock: ({ id }) => this.deeds.repair(id),
    dropLock: ({ id }) => this.shown.work('lock', ({ segment }) => this.book.remove(segment.key, id)),
  };

  constructor(
    private readonly shown: Shown,
    private readonly system: () => System | null,
    private readonly book: LockBook,
    private readonly deeds: LockDeeds,
  ) {}

  /** What was told last. */
  get picture(): LockPicture | null {
    return this.#picture;
  }

  /** Looks from now on, in place of what was looked at before. */
  begin(): void {
    this.end();
    const { document } = this.shown;
    const system = this.system();
    if (document === null || system === null) return;
    const { segment } = document;
    this.#scene = new LockScene(system.native, segment, () => this.book.of(segment.key));
    this.#timer = setInterval(() => {
      this.look();
    }, lookMs);
    this.look();
  }

  end(): void {
    clearInterval(this.#timer);
    this.#scene?.close();
    this.#scene = null;
    this.#picture = null;
    this.#told = '';
  }

  /** One look, told where it differs from what was told last. */
  look(): void {
    const scene = this.#scene;
    const { document } = this.shown;
    const system = this.system();
    if (scene === null || document === null || system === null) return;
    const seen = scene.peek();
    if (scene.wantsScan && document.segment.presence === 'live') this.deeds.scanSoon();
    const picture = this.#draw(scene, seen, system);
    const told = JSON.stringify(picture);
    if (told === this.#told) return;
    this.#told = told;
    this.#picture = picture;
    this.deeds.tell(picture);
  }

  /** A scan of processes, see LockScene. */
  async took(scan: ProcessScan, startedMs: number): Promise<void> {
    await this.#scene?.took(scan, startedMs);
    this.look();
  }

  #draw(scene: LockScene, seen: readonly SeenLock[], { native }: System): LockPicture {
    const nameOf = (pid: number): string => native.processEntry(pid)?.name ?? '';
    // A key leads to a lock that may never have been made: nothing is to be said of it, unless it was there before.
    const told = seen.filter(({ report: { id, state, sinceFirstLook } }) => {
      return id !== ownLock || state !== 'none' || !sinceFirstLook;
    });
    return {
      rows: told.map((lock) => lockRow(lock, scene.strip(lock.report.id), nameOf)),
      deadlocks: scene
        .deadlocks()
        .slice(0, mostDeadlocks)
        .map((circle) => deadlockText(circle, seen, nameOf)),
    };
  }
}
