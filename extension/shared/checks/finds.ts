import { bytes, flag, integer, list, nullable, number, oneOf, shape, text, type Check } from '../check';
import { encodings } from '../encoding';
import { longestWindow, mostBuckets, mostRechecked } from '../limits';
import { numberTypes } from '../numberType';
import type { Found, Host, SegmentMap } from '../protocol';
import { alignments, longestSought, mostHits, type Query } from '../query';
import { anyText, offset } from './places';

const offsets = list(offset, mostHits);
const lengths = list(integer(0), mostHits);
/** Of a search. */
export const id = integer(1);

const scope = {
  start: offset,
  length: nullable(offset),
  alignment: oneOf(...alignments),
};

const whats: Readonly<Record<Query['kind'], Check<Query>>> = {
  hex: shape<Extract<Query, { kind: 'hex' }>>({
    ...scope,
    kind: oneOf('hex'),
    pattern: text(16 * longestSought),
  }),
  text: shape<Extract<Query, { kind: 'text' }>>({
    ...scope,
    kind: oneOf('text'),
    text: text(longestSought),
    encoding: oneOf(...encodings),
    matchCase: flag,
  }),
  number: shape<Extract<Query, { kind: 'number' }>>({
    ...scope,
    kind: oneOf('number'),
    text: anyText,
    type: oneOf(...numberTypes),
    endian: oneOf('little', 'big', 'both'),
  }),
  regex: shape<Extract<Query, { kind: 'regex' }>>({
    ...scope,
    kind: oneOf('regex'),
    source: text(longestSought),
    ignoreCase: flag,
  }),
  changed: shape<Extract<Query, { kind: 'changed' }>>({ ...scope, kind: oneOf('changed'), since: offset }),
};

const kind = shape<Pick<Query, 'kind'>>({ kind: oneOf('hex', 'text', 'number', 'regex', 'changed') });

export const query: Check<Query> = (value) => whats[kind(value).kind](value);

export const found = shape<Found>({
  id,
  offsets,
  lengths,
  total: offset,
  capped: flag,
  done: flag,
  progress: number(0, 1),
  error: nullable(anyText),
});

const buckets = bytes(0, mostBuckets);
export const map = shape<SegmentMap>({ size: offset, data: buckets, hole: buckets, heat: buckets });

export const recheck = shape<Parameters<Host['recheck']>[0]>({
  id,
  offsets: list(offset, mostRechecked),
  lengths: list(integer(1, longestWindow), mostRechecked),
});
