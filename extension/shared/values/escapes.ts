import { pair, refuse } from './value';

const named: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
};
const unnamed: Readonly<Record<string, string>> = { '0': '\0', t: '\t', n: '\n', r: '\r' };

/** A part of a typed text: characters, or a byte that was written `\xNN`. */
export type Part = { readonly characters: string } | { readonly byte: number };

/**
 * Text as one line in quotes, as in C: what is no visible character is an escape, `\n`, `\x7F` below U+0080,
 * `\u{202E}` above. Marks that reorder text are escaped, so that bytes cannot disguise themselves.
 */
export function quoted(text: string, quote: string): string {
  let shown = quote;
  for (const character of text) shown += escaped(character, quote);
  return shown + quote;
}

/** One character as it stands in quotes. */
export function escaped(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`;
  const short = named[character];
  if (short !== undefined) return short;
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x20 || point === 0x7f) return byteEscape(point);
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(character) ? `\\u{${point.toString(16).toUpperCase()}}` : character;
}

/** A byte that is no character. */
export function byteEscape(byte: number): string {
  return `\\x${pair(byte)}`;
}

/**
 * What a typed text stands for, with or without the quotes around it. Escapes: `\0 \t \n \r \\ \" \'`, `\xNN` (a
 * byte), `\u{…}` (a character). Throws `bad-escape`, or `lone-surrogate`.
 */
export function unquoted(text: string, quote: string, example: string): readonly Part[] {
  const isQuoted = text.length >= 2 && text.startsWith(quote) && text.endsWith(quote) && !endsEscaped(text);
  const body = isQuoted ? text.slice(1, -1) : text;
  const parts: Part[] = [];
  const add = (characters: string): void => {
    if (/\p{Surrogate}/u.test(characters)) refuse('lone-surrogate', example);
    const last = parts.at(-1);
    if (last !== undefined && 'characters' in last)
      parts[parts.length - 1] = { characters: last.characters + characters };
    else parts.push({ characters });
  };
  for (let at = 0; at < body.length;) {
    if (body[at] !== '\\') {
      const character = String.fromCodePoint(body.codePointAt(at) ?? 0);
      add(character);
      at += character.length;
      continue;
    }
    const match = /^\\(?:([0tnr])|(["'\\])|x([0-9a-f]{2})|u\{([0-9a-f]{1,6})\})/i.exec(
      body.slice(at, at + 12),
    );
    const [whole = '', control, literal, byte, point] = match ?? [];
    const number = parseInt(point ?? '0', 16);
    if (match === null || number > 0x10ffff) refuse('bad-escape', example);
    if (byte !== undefined) parts.push({ byte: parseInt(byte, 16) });
    else if (point !== undefined) add(String.fromCodePoint(number));
    else add(control === undefined ? (literal ?? '') : (unnamed[control.toLowerCase()] ?? ''));
    at += whole.length;
  }
  return parts;
}

/** Whether the closing quote belongs to the text, as in `"a\"`. */
function endsEscaped(text: string): boolean {
  const backslashes = /\\*$/.exec(text.slice(0, -1))?.[0].length ?? 0;
  return backslashes % 2 === 1;
}
