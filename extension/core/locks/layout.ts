import type { LayoutRefusal } from '../../shared/lockWords';
import type { ProgramAbi } from '../native';

/**
 * Where glibc 2.31 and later keeps the words of its locks, in bytes from the start of the lock; all are little endian.
 * From sysdeps/nptl/bits/struct_mutex.h, struct_rwlock.h, their versions for x86, and internaltypes.h (new_sem).
 */
export interface LockLayout {
  readonly machine: LockMachine;
  /** The lock word is at 0, the depth at 4, the owner at 8. `links`: of the list of held robust mutexes. */
  readonly mutex: {
    readonly size: number;
    readonly kind: number;
    readonly users: number;
    readonly links: number;
    readonly linksLength: number;
  };
  /** Readers are at 0, waiting writers at 4, the futexes at 8 and 12. */
  readonly rwlock: {
    readonly size: number;
    readonly writer: number;
    readonly shared: number;
    readonly sharedLength: 1 | 4;
  };
  /** The value is at 0, above its lowest `shift` bits. `scope` is FUTEX_PRIVATE_FLAG for a shared one. */
  readonly semaphore: {
    readonly size: number;
    readonly shift: 0 | 1;
    readonly waiters: number;
    readonly scope: number;
  };
}

export type LockMachine = 'x86-64' | 'arm64' | 'i386' | 'arm';

const wide = {
  mutex: { size: 40, kind: 16, users: 12, links: 24, linksLength: 16 },
  rwlock: { size: 56, writer: 24, shared: 28, sharedLength: 4 },
  semaphore: { size: 32, shift: 0, waiters: 4, scope: 8 },
} as const;

const narrow = {
  mutex: { size: 24, kind: 12, users: 16, links: 20, linksLength: 4 },
  rwlock: { size: 32, writer: 28, shared: 25, sharedLength: 1 },
  semaphore: { size: 16, shift: 1, waiters: 12, scope: 4 },
} as const;

/** Every layout that is known. */
export const layouts: Readonly<Record<LockMachine, LockLayout>> = {
  'x86-64': { machine: 'x86-64', ...wide },
  arm64: { machine: 'arm64', ...wide, mutex: { ...wide.mutex, size: 48 } },
  i386: { machine: 'i386', ...narrow },
  arm: { machine: 'arm', ...narrow },
};

/** e_machine of elf(5), and whether its words are of 64 bits. */
const machines: readonly (readonly [number, boolean, LockMachine])[] = [
  [62, true, 'x86-64'],
  [183, true, 'arm64'],
  [3, false, 'i386'],
  [40, false, 'arm'],
];

/** The layout of a program's locks, or why there is none. A program whose library is not known is taken for glibc's. */
export function layoutOf(abi: ProgramAbi): LockLayout | LayoutRefusal {
  if (abi.library !== null && abi.library !== 'glibc') return 'library';
  if (abi.bigEndian) return 'big-endian';
  const found = machines.find(([machine, isWide]) => machine === abi.machine && isWide === abi.wide);
  return found ? layouts[found[2]] : 'machine';
}

/** The layout of this process, for a segment that nobody has mapped. */
export function ownLayout(): LockLayout | LayoutRefusal {
  const byArch: Readonly<Partial<Record<string, LockMachine>>> = {
    x64: 'x86-64',
    arm64: 'arm64',
    ia32: 'i386',
    arm: 'arm',
  };
  const machine = byArch[process.arch];
  return machine === undefined ? 'machine' : layouts[machine];
}
