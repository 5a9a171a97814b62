import type { KindRule } from './rule';

/** MIT-SHM: a private System V segment, removed as soon as client and server have attached it. */
export const x11: KindRule = {
  kind: 'x11',
  recognises: ({ number, removed }) => number === 0 && removed,
};
