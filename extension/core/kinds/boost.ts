import type { KindRule } from './rule';

/**
 * Boost.Interprocess puts no mark in a name, and telling it by its header would mean reading the target. Known
 * by name alone: Fast DDS, which is built on it.
 */
export const boost: KindRule = {
  kind: 'boost',
  recognises: ({ key }) => key.type === 'posix' && /^\/fast(?:rtps|dds)_/.test(key.name),
};
