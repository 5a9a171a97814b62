import type { LockStatus, ProcessName } from '../extension/shared/lock';
import { element, icon } from './element';
import { visibleName } from '../extension/shared/visibleName';
import { text, type StringKeyOf } from './texts';

/** What a lock badge says, in words, with the icon and the tone that go with them. */
export interface BadgeContent {
  readonly icon: string;
  readonly words: string;
  readonly tip: string;
  readonly tone: 'quiet' | 'held' | 'ours' | 'bad';
}

/** The words for the state of a lock. `isStanding`: its holder stands at a stop of the debugger. */
export function lockWords(lock: LockStatus, isStanding = false): BadgeContent {
  const content = isStanding ? standing(stateWords(lock)) : stateWords(lock);
  if (lock.waiters === null || lock.waiters === 0) return content;
  return { ...content, words: `${content.words} · ${text('lock.waiting', lock.waiters)}` };
}

function stateWords(lock: LockStatus): BadgeContent {
  switch (lock.state) {
    case 'none':
      return { icon: 'circle-slash', words: text('lock.none'), tip: text('lock.none.tip'), tone: 'quiet' };
    case 'free':
      return { icon: 'unlock', words: text('lock.free'), tip: text('lock.free.tip'), tone: 'quiet' };
    case 'held':
      return lock.holder === null
        ? { icon: 'lock', words: text('lock.heldUnknown'), tip: text('lock.heldUnknown.tip'), tone: 'held' }
        : { icon: 'lock', words: named('lock.held', lock.holder), tip: text('lock.held.tip'), tone: 'held' };
    case 'ours':
      return { icon: 'lock', words: text('lock.ours'), tip: text('lock.ours.tip'), tone: 'ours' };
    case 'stale':
      return {
        icon: 'warning',
        words: lock.holder === null ? text('lock.staleUnknown') : named('lock.stale', lock.holder),
        tip: text(lock.kind === 'windows' ? 'lock.abandoned.tip' : 'lock.stale.tip'),
        tone: 'bad',
      };
    case 'damaged':
      return {
        icon: 'error',
        words: text('lock.damaged'),
        tip: text('lock.damaged.tip', lock.value ?? '?'),
        tone: 'bad',
      };
    case 'unreadable':
      return {
        icon: 'question',
        words: text('lock.unreadable'),
        tip: text('lock.unreadable.tip'),
        tone: 'quiet',
      };
  }
}

function standing(content: BadgeContent): BadgeContent {
  return { ...content, words: text('lock.standing', content.words), tip: text('lock.standing.tip') };
}

function named(key: StringKeyOf<'lock.held' | 'lock.stale'>, { name, pid }: ProcessName): string {
  return name === '' ? text(`${key}Pid`, pid) : text(key, visibleName(name), pid);
}

/** How long a holder stays on the badge after the lock was seen free, in milliseconds. */
const linger = 250;

/** The badge of the header for a lock, or for a segment that is waited for: an icon and words, never colour alone. */
export class Badge {
  readonly element = element('span', 'badge');
  #shown = '';
  #heldAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `content`: what is said of this lock, or of another that matters more. */
  show(lock: LockStatus, content: BadgeContent): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    if (lock.state === 'held') this.#heldAt = now;
    const rest = this.#heldAt + linger - now;
    // A lock that is taken and released many times a second would only flicker: who held it stays readable.
    if (lock.state === 'free' && content.tone === 'quiet' && rest > 0) {
      this.#timer = setTimeout(() => {
        this.#put(content);
      }, rest);
    } else this.#put(content);
  }

  /** No segment has the key yet. */
  wait(key: string): void {
    clearTimeout(this.#timer);
    const words = text('lock.awaited', visibleName(key));
    this.#put({ icon: 'watch', words, tip: text('banner.waiting'), tone: 'quiet' });
  }

  #put(content: BadgeContent): void {
    const key = Object.values(content).join('\n');
    if (key === this.#shown) return;
    this.#shown = key;
    this.element.className = `badge ${content.tone}`;
    this.element.title = content.tip;
    this.element.replaceChildren(icon(content.icon), element('span', 'words', { text: content.words }));
  }
}
