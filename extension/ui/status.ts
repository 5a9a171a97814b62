import { env, l10n, StatusBarAlignment, window, type Disposable, type StatusBarItem } from 'vscode';
import { briefLock, foremostPlaced, heldRank, lockRank, stateRanks, wrongRank } from '../shared/foremost';
import type { LockState } from '../shared/lock';
import type { LockRow } from '../shared/lockRow';
import { grouped, lockText, placeText } from './text';
import type { Viewer } from './viewer';
import type { Viewers } from './viewers';

/** At most this often, the status bar is rewritten. */
const coalesceMs = 250;

const icons: Readonly<Record<LockState, string>> = {
  none: 'circle-slash',
  free: 'unlock',
  held: 'lock',
  ours: 'key',
  stale: 'warning',
  damaged: 'error',
  unreadable: 'eye-closed',
};

/** Offset and selection, rate and lock of the active live view; hidden where there is none. */
export class Status implements Disposable {
  readonly #offset = item(
    'segmentLens.status.offset',
    l10n.t('Offset in Segment'),
    101,
    'segmentLens.goToOffset',
  );
  readonly #rate = item('segmentLens.status.rate', l10n.t('Rate of Live View'), 100.9, 'segmentLens.setRate');
  readonly #lock = item('segmentLens.status.lock', l10n.t('Lock of Segment'), 100.8, 'segmentLens.lock');
  readonly #subscription: Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly viewers: Viewers) {
    this.#subscription = viewers.onDidChange(() => {
      this.#timer ??= setTimeout(
        () => {
          this.#timer = undefined;
          this.#draw();
        },
        this.viewers.active === null ? 0 : coalesceMs,
      );
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscription.dispose();
    for (const shown of [this.#offset, this.#rate, this.#lock]) shown.dispose();
  }

  #draw(): void {
    const viewer = this.viewers.active;
    const segment = viewer?.document?.segment;
    if (viewer === null || segment === undefined) {
      for (const shown of [this.#offset, this.#rate, this.#lock]) shown.hide();
      return;
    }
    const { offset, length } = viewer.cursor;
    const at = placeText(offset);
    this.#offset.text = length > 1 ? l10n.t('{0}, {1} selected', at, grouped(length)) : at;
    this.#offset.tooltip = l10n.t('Go to Offset');
    this.#rate.text = rateText(viewer);
    this.#rate.tooltip = l10n.t('Change the Looks per Second');
    const lock = viewer.picture?.lock ?? segment.lock;
    const held = segment.holdsLock;
    const state = held ? 'ours' : lock.state;
    const placed = foremostPlaced(viewer.locks?.rows ?? [], stateRanks[state]);
    this.#lock.text = placed === null ? `$(${icons[state]}) ${capital(lockText(lock))}` : placedText(placed);
    this.#lock.tooltip = held ? l10n.t('Unlock') : l10n.t('Lock');
    this.#lock.command = held ? 'segmentLens.unlock' : 'segmentLens.lock';
    // Where the cursor is not known yet, nothing is better than the start.
    if (viewer.isPlaced) this.#offset.show();
    else this.#offset.hide();
    // Of a segment that went, nothing is looked at.
    for (const shown of [this.#rate, this.#lock]) {
      if (segment.presence === 'live') shown.show();
      else shown.hide();
    }
  }
}

/** Of a lock in the bytes, or paired with them: as the badge of the view says it. */
function placedText(row: LockRow): string {
  const rank = lockRank(row);
  if (rank === stateRanks.free) return `$(${icons.free}) ${capital(l10n.t('lock free'))}`;
  const state = rank === wrongRank ? 'stale' : rank === heldRank ? 'held' : 'unreadable';
  return `$(${icons[state]}) ${briefLock(row)}`;
}

/** As at the start of a sentence. */
function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(env.language) + text.slice(1);
}

function rateText({ pace }: Viewer): string {
  return pace.paused ? l10n.t('$(debug-pause) Paused') : `$(pulse) ${String(pace.hertz)} Hz`;
}

function item(id: string, name: string, priority: number, command: string): StatusBarItem {
  const created = window.createStatusBarItem(id, StatusBarAlignment.Right, priority);
  created.name = name;
  created.command = command;
  return created;
}
