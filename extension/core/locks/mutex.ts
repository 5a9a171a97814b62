import type { DecodedLock, LockNature, MutexKind } from '../../shared/lockWords';
import type { LockLayout } from './layout';
import { words, type Words } from './words';

/** The bits of `__kind` (glibc nptl/pthreadP.h); 0x100 and 0x200 only say whether elision is wanted. */
const kinds = { type: 0x03, robust: 0x10, inherit: 0x20, protect: 0x40, shared: 0x80, all: 0x3f3 };
const types: readonly MutexKind[] = ['normal', 'recursive', 'errorcheck', 'adaptive'];

/** The lock word where it names its owner (futex(2), FUTEX_TID_MASK and its neighbours). */
const owning = { tid: 0x3fffffff, died: 0x40000000, waiters: 0x80000000 };
/** Above these bits, the lock word of a PTHREAD_PRIO_PROTECT mutex has its ceiling. */
const belowCeiling = 0x7ffff;
/** What `__owner` says after the death of a holder. */
const marks = { inconsistent: 0x7fffffff, notRecoverable: 0x7ffffffe };
/** PID_MAX_LIMIT of 64-bit kernels. */
const mostThreads = 1 << 22;

/** How a mutex was made; null: its kind has bits that none has. */
export function mutexNature(kind: number): LockNature | null {
  const inherit = (kind & kinds.inherit) !== 0;
  const protect = (kind & kinds.protect) !== 0;
  if ((kind & ~kinds.all) !== 0 || (inherit && protect)) return null;
  return {
    sort: 'mutex',
    kind: types[kind & kinds.type] ?? 'normal',
    robust: (kind & kinds.robust) !== 0,
    priority: inherit ? 'inherit' : protect ? 'protect' : 'none',
    shared: (kind & kinds.shared) !== 0,
  };
}

/**
 * What the bytes of a `pthread_mutex_t` say, which are those of Boost's interprocess_mutex and
 * interprocess_recursive_mutex too. At least as many bytes as the layout's size. Never throws for what they say.
 */
export function decodeMutex(bytes: Uint8Array, layout: LockLayout): DecodedLock {
  const word = words(bytes);
  const nature = mutexNature(word.at(layout.mutex.kind));
  if (nature === null) return nonsense;
  const said = nature.robust || nature.priority === 'inherit' ? byOwner(word, nature) : byCount(word, nature);
  const isBlank = word.zero(0, layout.mutex.size);
  const isDeep = nature.kind === 'recursive' && said.state !== 'free' && said.state !== 'nonsense';
  const certainty = isBlank
    ? 'unknown'
    : nature.shared || said.certainty === 'unknown'
      ? said.certainty
      : 'likely';
  return { ...nothing, nature, ...said, certainty, depth: isDeep ? word.at(4) : null };
}

type Said = Pick<DecodedLock, 'state' | 'certainty' | 'owner' | 'waiters'>;

/** Robust and priority-inheriting mutexes: the kernel reads the lock word and knows its owner. */
function byOwner(word: Words, nature: LockNature): Said {
  const lock = word.at(0);
  const owner = word.at(8);
  const tid = lock & owning.tid;
  const waiters = (lock & owning.waiters) === 0 ? 0 : 'some';
  const isMarked = owner === marks.inconsistent || owner === marks.notRecoverable;
  if (tid > mostThreads || (!isMarked && owner > mostThreads) || (isMarked && !nature.robust)) return unsaid;
  if (tid !== 0) {
    const isInherited = nature.robust && (owner === marks.inconsistent || (lock & owning.died) !== 0);
    const isAgreed = owner === tid || owner === marks.inconsistent;
    return {
      state: isInherited ? 'inconsistent' : 'held',
      certainty: isAgreed ? 'certain' : 'likely',
      owner: tid,
      waiters,
    };
  }
  if ((lock & owning.died) !== 0) {
    return {
      state: 'owner-died',
      certainty: 'certain',
      owner: isMarked || owner === 0 ? null : owner,
      waiters,
    };
  }
  if (owner === marks.notRecoverable) {
    return { state: 'not-recoverable', certainty: 'certain', owner: null, waiters: 0 };
  }
  return { state: 'free', certainty: lock === 0 && owner === 0 ? 'certain' : 'likely', owner: null, waiters };
}

/** All others: 0 free, 1 held, 2 held and perhaps waited for; the owner is written after the word. */
function byCount(word: Words, nature: LockNature): Said {
  const lock = nature.priority === 'protect' ? word.at(0) & belowCeiling : word.at(0);
  const owner = word.at(8);
  if (lock > 2 || owner > mostThreads) return unsaid;
  if (lock === 0) {
    return { state: 'free', certainty: owner === 0 ? 'certain' : 'likely', owner: null, waiters: 0 };
  }
  return {
    state: 'held',
    certainty: owner === 0 ? 'likely' : 'certain',
    owner: owner === 0 ? null : owner,
    waiters: lock === 2 ? 'some' : 0,
  };
}

const unsaid: Said = { state: 'nonsense', certainty: 'unknown', owner: null, waiters: null };
const nothing = { depth: null, readers: null, value: null };
const nonsense: DecodedLock = {
  ...nothing,
  ...unsaid,
  nature: { sort: 'mutex', kind: null, robust: false, priority: 'none', shared: false },
};
