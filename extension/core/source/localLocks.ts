import { Site } from './call';
import type { Source } from './source';
import type { Token } from './token';

/** A lock that keeps only threads of one process apart, held while a shared segment is used. */
export interface LocalLock {
  /** Offsets of the name of the lock. */
  readonly start: number;
  readonly end: number;
  readonly lock: string;
  /** The QSharedMemory whose data is used under it. */
  readonly memory: string;
}

/** What takes a QMutex or QReadWriteLock, whatever it is called. */
const qtLockers = /^Q(?:Mutex|Read|Write)Locker$/;
const standardLockers = /^(?:lock_guard|unique_lock|scoped_lock|shared_lock)$/;
const standardMutexes = /^(?:(?:recursive_|timed_|shared_|recursive_timed_|shared_timed_)?mutex)$/;

/**
 * Process-local locks under which the data of a QSharedMemory is used in one block, in C++. Sure ones alone: nothing is
 * told of a function that takes the segment's own lock or any lock that is not known to be local, or that passes the
 * segment on.
 */
export function findLocalLocks(source: Source): readonly LocalLock[] {
  if (source.language !== 'cpp' || source.shared.size === 0) return [];
  const walk = new Walk(source);
  for (let index = 0; index < source.tokens.length; index++) walk.step(index);
  return walk.found;
}

/** Nobody holds more at once; with more, nothing is told. */
const mostHeld = 30;

interface Held {
  readonly name: Token;
  /** The variable that holds it; null where it is taken by hand. */
  readonly holder: string | null;
  readonly depth: number;
}

class Walk {
  readonly found: LocalLock[] = [];
  readonly #mutexes: ReadonlySet<string>;
  #depth = 0;
  /** The depth around the function that is read; null outside of one. */
  #outside: number | null = null;
  #hasBrackets = false;
  #isSure = true;
  #held: Held[] = [];
  readonly #candidates = new Map<number, LocalLock>();

  constructor(private readonly source: Source) {
    this.#mutexes = localMutexes(source);
  }

  step(index: number): void {
    const token = this.source.tokens[index];
    if (token === undefined) return;
    if (token.kind === 'mark') this.#mark(token.text);
    else if (token.kind === 'word' && this.#outside !== null) this.#word(token, index);
  }

  #mark(text: string): void {
    if (text === '(') this.#hasBrackets = true;
    if (text === '{') {
      if (this.#outside === null && this.#hasBrackets) this.#outside = this.#depth;
      this.#depth++;
    }
    if (text === '}') {
      this.#depth--;
      this.#held = this.#held.filter(({ depth }) => depth <= this.#depth);
      if (this.#outside !== null && this.#depth <= this.#outside) this.#leave();
    }
    if (/^[;{}]$/.test(text)) this.#hasBrackets = false;
  }

  #leave(): void {
    if (this.#isSure) this.found.push(...this.#candidates.values());
    this.#outside = null;
    this.#isSure = true;
    this.#held = [];
    this.#candidates.clear();
  }

  #word(token: Token, index: number): void {
    const { text } = token;
    const site = new Site(this.source, new Map(), index);
    const isMember = /^(?:\.|->)$/.test(site.text(-1));
    const calls = /^(?:\.|->)$/.test(site.text(1)) ? site.text(2) : '';
    if (this.source.shared.has(text) && !isMember) this.#memory(text, site, calls);
    else if (qtLockers.test(text) || standardLockers.test(text)) this.#locker(site);
    else if (/^(?:lock|lockForRead|lockForWrite|try_lock|tryLock|acquire)$/.test(text)) {
      // A variable that is called so.
      if (/^(?:>|\w+(?:Locker|_guard|_lock))$/.test(site.text(-1))) return;
      const owner = site.token(-2);
      const isOwn = isMember && owner !== undefined && site.text(-3) !== '.' && site.text(-3) !== '->';
      if (isOwn && this.#mutexes.has(owner.text)) this.#take(owner, null);
      else this.#isSure = false;
    } else if (text === 'pthread_mutex_lock') this.#take(lockName(site.arguments()[0] ?? []), null);
    else if (text === 'unlock') this.#release(site.text(-2));
    else if (text === 'pthread_mutex_unlock') this.#release(lockName(site.arguments()[0] ?? [])?.text ?? '');
  }

  #memory(memory: string, site: Site, calls: string): void {
    const isDeclaration = /^(?:QSharedMemory|[>*&])$/.test(site.text(-1)) && /^[;({=]$/.test(site.text(1));
    if (calls === '' ? !isDeclaration : calls === 'lock') this.#isSure = false;
    const held = this.#held.at(-1);
    if (!/^(?:data|constData)$/.test(calls) || held === undefined) return;
    const { start, end, text: lock } = held.name;
    this.#candidates.set(start, { start, end, lock, memory });
  }

  /** `QMutexLocker locker(&mutex)`, `std::lock_guard<std::mutex> guard(mutex)`, `std::scoped_lock guard(a, b)`. */
  #locker(site: Site): void {
    let open = 1;
    if (site.text(1) === '<') while (open < 20 && site.text(open) !== '>') open++;
    if (site.text(open) === '>') open++;
    const holder = site.token(open)?.kind === 'word' ? site.text(open++) : null;
    for (const given of site.arguments(open))
      this.#take(lockName(given), holder, qtLockers.test(site.text(0)));
  }

  #take(name: Token | null, holder: string | null, isLocal = false): void {
    const isRoom = this.#held.length < mostHeld;
    if (name !== null && isRoom && (isLocal || this.#mutexes.has(name.text)))
      this.#held.push({ name, holder, depth: this.#depth });
    else this.#isSure = false;
  }

  #release(name: string): void {
    this.#held = this.#held.filter((held) => held.name.text !== name && held.holder !== name);
  }
}

/** The mutex in `mutex`, `&mutex`, `this->mutex`; null for one that is a part of something else. */
function lockName(tokens: readonly Token[]): Token | null {
  const words = tokens.map(({ text }) => text).join('');
  return /^&?(?:this->)?\w+$/.test(words) ? (tokens.at(-1) ?? null) : null;
}

/** Names that are declared as a mutex of one process, and not as a pointer: that may lead into the segment. */
function localMutexes({ tokens }: Source): ReadonlySet<string> {
  const isShared = tokens.some(({ text }) =>
    /^(?:PTHREAD_PROCESS_SHARED|pthread_mutexattr_setpshared)$/.test(text),
  );
  const names = new Set<string>();
  for (const [index, { kind, text }] of tokens.entries()) {
    const name = tokens[index + 1];
    if (kind !== 'word' || name?.kind !== 'word') continue;
    const space = tokens[index - 1]?.text === '::' ? tokens[index - 2]?.text : 'std';
    const isStandard = standardMutexes.test(text) && (space === 'std' || space === 'boost');
    const isLocal = isStandard || /^(?:QMutex|QRecursiveMutex|QReadWriteLock)$/.test(text);
    if (isLocal || (text === 'pthread_mutex_t' && !isShared)) names.add(name.text);
  }
  return names;
}
