import { encodings, type Encoding } from '../../extension/shared/encoding';
import { numberTypes, type NumberType } from '../../extension/shared/numberType';
import type { Problem } from '../../extension/shared/problem';
import {
  alignments,
  longestSought,
  queryProblem,
  type Alignment,
  type Query,
  type What,
} from '../../extension/shared/query';

export const findKinds = ['hex', 'text', 'number', 'regex', 'changed'] as const;
export type FindKind = (typeof findKinds)[number];
export const endians = ['little', 'big', 'both'] as const;

/** What the find widget is set to. Options of the other kinds stay as they were. */
export interface FindForm {
  readonly kind: FindKind;
  readonly text: string;
  readonly matchCase: boolean;
  readonly encoding: Encoding;
  readonly type: NumberType;
  readonly endian: (typeof endians)[number];
  readonly alignment: Alignment;
}

/** Bytes that a search is kept to. */
export interface FindScope {
  readonly start: number;
  readonly length: number;
}

/** A moment that the host remembers, and when that was by the user's clock, in milliseconds since 1970. */
export interface Moment {
  readonly since: number;
  readonly at: number;
}

/** What a form was stored as, as far as it makes sense: it may come from another version. */
export function readForm(stored: unknown): FindForm {
  const found = (typeof stored === 'object' && stored !== null ? stored : {}) as Partial<FindForm>;
  const one = <T>(of: readonly T[], value: unknown, otherwise: T): T =>
    of.find((known) => known === value) ?? otherwise;
  return {
    kind: one(findKinds, found.kind, 'hex'),
    text: typeof found.text === 'string' ? found.text.slice(0, longestSought) : '',
    matchCase: found.matchCase === true,
    encoding: one(encodings, found.encoding, 'utf8'),
    type: one(numberTypes, found.type, 'int32'),
    endian: one(endians, found.endian, 'little'),
    alignment: one(alignments, found.alignment, 1),
  };
}

/** What a form looks for; null: what changed since a mark, and nothing was marked. */
export function whatOf(form: FindForm, moment: Moment | null): What | null {
  switch (form.kind) {
    case 'hex':
      return { kind: 'hex', pattern: form.text };
    case 'text':
      return { kind: 'text', text: form.text, encoding: form.encoding, matchCase: form.matchCase };
    case 'number':
      return { kind: 'number', text: form.text, type: form.type, endian: form.endian };
    case 'regex':
      return { kind: 'regex', source: form.text, ignoreCase: !form.matchCase };
    case 'changed':
      return moment === null ? null : { kind: 'changed', since: moment.since };
  }
}

/** A query of a segment of `size` bytes, or what is wrong with it. */
export function queryOf(
  form: FindForm,
  scope: FindScope | null,
  moment: Moment | null,
  size: number,
): { readonly query: Query } | { readonly problem: Problem } {
  const what = whatOf(form, moment);
  if (what === null) return { problem: { key: 'find.noMark', values: [] } };
  const wrong = queryProblem(what);
  if (wrong) return { problem: { key: `find.rule.${wrong.rule}`, values: wrong.values } };
  if (scope !== null && scope.start + scope.length > size) {
    return { problem: { key: 'find.rule.past-end', values: [{ bytes: size }] } };
  }
  const start = scope?.start ?? 0;
  // What changed is found in pieces that begin where the sweep has its borders.
  const alignment = form.kind === 'changed' ? 1 : form.alignment;
  return { query: { ...what, start, length: scope?.length ?? null, alignment } };
}

const mebibyte = 1024 * 1024;

/** Whether so many bytes are searched while the user types; of more, only when Enter asks for it. */
export function searchesAsTyped({ kind }: FindForm, bytes: number): boolean {
  return bytes <= (kind === 'regex' ? 4 : 64) * mebibyte;
}
