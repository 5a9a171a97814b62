import type { CallRule } from '../call';

/** shm_open(3) and shm_unlink(3), in C and through Rust's libc, nix and rustix. */
export const posix: readonly CallRule[] = [
  {
    languages: ['c', 'cpp', 'rust'],
    words: ['shm_open', 'shm_unlink'],
    read: (site) => site.named('posix-name'),
  },
];
