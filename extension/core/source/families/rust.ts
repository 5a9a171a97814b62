import type { CallRule } from '../call';

/** `ShmemConf::new().os_id("…")` of the shared_memory crate. */
export const rust: readonly CallRule[] = [
  {
    languages: ['rust'],
    words: ['os_id'],
    read: (site) => (site.text(-1) === '.' ? site.named('posix-name') : null),
  },
];
