import type { KindRule } from './rule';

/** multiprocessing.shared_memory with a name of its own making: `/psm_` and 8 hex digits. */
export const python: KindRule = {
  kind: 'python',
  recognises: ({ key }) =>
    (key.type === 'posix' && /^\/psm_[0-9a-f]{8}$/.test(key.name)) ||
    (key.type === 'windows' && /^wnsm_[0-9a-f]{8}$/.test(key.name)),
};
