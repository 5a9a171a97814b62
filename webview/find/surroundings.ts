import { decode, unitLength } from '../../extension/shared/encoding';
import type { FindForm } from './form';

/** Bytes before a hit that its line shows; and of the hit and after it. */
export const before = 4;
export const after = 28;

/** A hit with what is around it, as text. */
export interface Surrounding {
  readonly before: string;
  readonly hit: string;
  readonly after: string;
}

/**
 * What the line of a hit shows of `bytes`, which begin at `offset`: hex pairs, or text where text was looked for. A
 * byte that is no printable character is a dot.
 */
export function surroundingOf(
  bytes: Uint8Array,
  offset: number,
  hit: { readonly offset: number; readonly length: number },
  form: FindForm,
): Surrounding {
  const from = Math.min(bytes.length, hit.offset - offset);
  const to = Math.min(bytes.length, from + hit.length);
  const say = form.kind === 'text' || form.kind === 'regex' ? textOf(form) : pairs;
  // Near the start of the segment fewer bytes than wanted are before a hit: half a unit of them is no text.
  const unit = say === pairs || form.kind === 'regex' ? 1 : unitLength(form.encoding);
  const parts = [bytes.subarray(from % unit, from), bytes.subarray(from, to), bytes.subarray(to)] as const;
  const gap = say === pairs ? ' ' : '';
  return {
    before: parts[0].length === 0 ? '' : say(parts[0]) + gap,
    hit: say(parts[1]),
    after: parts[2].length === 0 ? '' : gap + say(parts[2]),
  };
}

function pairs(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}

function textOf({ kind, encoding }: FindForm): (bytes: Uint8Array) => string {
  // Expressions see every byte as a character of Latin-1.
  const shown = kind === 'regex' || encoding === 'ascii' ? 'latin1' : encoding;
  return (bytes) => dotted(decode(bytes, shown));
}

function dotted(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}\ufffd\u0080-\u009f]/gu, '·');
}
