import { l10n, type TreeView } from 'vscode';
import { scarce, spaceNow, type Amounts, type Scarce, type Space } from '../core/space';
import type { Disposable } from '../shared/disposable';
import { grouped, sizeText } from './text';

/** Between two looks while the view shows. */
const pauseMs = 3000;

/** Says in the title of a view how much room there is in /dev/shm; keeps a warning while something is nearly used up. */
export class SpaceLine implements Disposable {
  #warning = '';
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;
  readonly #following: Disposable;

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'visible' | 'description' | 'onDidChangeVisibility'>,
    private readonly changed: () => void,
  ) {
    this.#following = view.onDidChangeVisibility(() => void this.look());
    void this.look();
  }

  /** Empty where there is room enough. */
  get warning(): string {
    return this.#warning;
  }

  /** Looks now, and again and again while the view shows. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    if (!this.view.visible || this.#disposed) return;
    const space = await spaceNow();
    const { posix } = space;
    if (posix !== null && posix.most !== null) {
      this.view.description = l10n.t(
        '{0} free of {1} in /dev/shm',
        roundText(posix.most - posix.used),
        roundText(posix.most),
      );
    }
    const warning = warningText(space);
    if (warning !== this.#warning) {
      this.#warning = warning;
      this.changed();
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.look(), pauseMs).unref();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#following.dispose();
  }
}

/** What is nearly used up, as a sentence; empty: nothing. */
export function warningText(space: Space): string {
  const short = scarce(space).map((name) => amountsText(space, name));
  return short.length === 0 ? '' : l10n.t('Nearly full: {0}.', short.join('; '));
}

/** Everything about the space, a line each. */
export function spaceLines(space: Space): readonly string[] {
  const all: readonly Scarce[] = ['posix', 'segments', 'bytes', 'sets', 'semaphores'];
  return [
    ...all.filter((name) => space[name] !== null).map((name) => amountsText(space, name)),
    l10n.t('Largest System V segment (shmmax): {0}', most(space.largest, sizeText)),
  ];
}

function amountsText(space: Space, name: Scarce): string {
  const { used, most: limit } = space[name] ?? ({ used: 0, most: 0 } satisfies Amounts);
  const isBytes = name === 'posix' || name === 'bytes';
  const text = isBytes ? sizeText : grouped;
  const values = [text(used), most(limit, text)] as const;
  switch (name) {
    case 'posix':
      return l10n.t('/dev/shm: {0} of {1}', ...values);
    case 'segments':
      return l10n.t('System V segments (shmmni): {0} of {1}', ...values);
    case 'bytes':
      return l10n.t('System V memory (shmall): {0} of {1}', ...values);
    case 'sets':
      return l10n.t('System V sets of semaphores (semmni): {0} of {1}', ...values);
    case 'semaphores':
      return l10n.t('System V semaphores (semmns): {0} of {1}', ...values);
  }
}

function most(limit: number | null, text: (value: number) => string): string {
  return limit === null ? l10n.t('no limit') : text(limit);
}

/** "23.9 GiB": short, for a title. */
function roundText(bytes: number): string {
  return /\((.*)\)/.exec(sizeText(bytes))?.[1] ?? sizeText(bytes);
}
