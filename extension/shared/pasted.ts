import { caught, refuse, type Problem } from './problem';

/** The ways in which pasted text can mean bytes. */
export type PasteForm = 'hex' | 'text' | 'base64';

/** Bytes, or what is wrong with the text. */
export type Pasted = { readonly bytes: Uint8Array } | { readonly problem: Problem };

/**
 * The bytes that pasted text means. `encode` gives the bytes of text in the encoding of the view, null where it has
 * none for some character.
 */
export function pasted(text: string, form: PasteForm, encode: (text: string) => Uint8Array | null): Pasted {
  switch (form) {
    case 'hex':
      return bytesOfHex(text);
    case 'base64':
      return bytesOfBase64(text);
    case 'text':
      return caught(() => {
        const bytes = encode(text) ?? refuse('paste.encoding');
        return bytes.length === 0 ? refuse('paste.empty') : { bytes };
      });
  }
}

/**
 * Bytes from hexadecimal text as it is found: `48 65`, `4865`, `0x48, 0x65`, `\x48\x65`, `48h`, an array of C, C++,
 * Rust, Go, Java, Python, C# or JavaScript with its declaration, the dump of `hexdump -C`. In a list between braces
 * or brackets where nothing is marked as hexadecimal, numbers are decimal, as in the source that it comes from.
 */
export function bytesOfHex(text: string): Pasted {
  return caught(() => {
    const plain = undumped(text);
    const list = listOf(plain);
    const items = (list ?? plain)
      .replace(/\/\*[^]*?\*\/|\/\/.*$/gm, ' ')
      .replace(/\(byte\)/gi, ' ')
      .split(/[\s,;:'"]+|(?=\\x)/)
      .filter((item) => item !== '');
    if (items.length === 0) refuse('paste.empty');
    const isDecimal = list !== null && items.every((item) => /^-?\d+(?:u8)?$/i.test(item));
    const bytes = items.flatMap((item) => (isDecimal ? [decimalByte(item)] : hexBytes(item)));
    return { bytes: Uint8Array.from(bytes) };
  });
}

/** Bytes from base64, with or without its padding and line breaks, also in its alphabet for addresses. */
export function bytesOfBase64(text: string): Pasted {
  return caught(() => {
    const plain = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/');
    const digits = plain.replace(/={1,2}$/, '');
    if (digits === '') refuse('paste.empty');
    const wrong = /[^A-Za-z0-9+/]/u.exec(digits)?.[0];
    if (wrong !== undefined) refuse('paste.notBase64', wrong);
    const isPadded = plain !== digits;
    if (digits.length % 4 === 1 || (isPadded && plain.length % 4 !== 0)) refuse('paste.cutBase64');
    return { bytes: Uint8Array.from(atob(digits), (character) => character.charCodeAt(0)) };
  });
}

/** What stands between the outermost braces, else brackets; null: neither. A C size such as `[4]` is no list. */
function listOf(text: string): string | null {
  const braced = /\{([^]*)\}/.exec(text)?.[1];
  if (braced !== undefined) return braced.replace(/[{}]/g, ' ');
  const declared = /=[^[]*\[([^]*)\]/.exec(text)?.[1];
  return declared ?? /\[([^]*)\]/.exec(text)?.[1] ?? null;
}

/** The bytes alone of `hexdump -C`; other text as it is. */
function undumped(text: string): string {
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  const dumped = rows.map(
    (row) => /^\s*[0-9a-f]{7,16}\s\s((?:[0-9a-f]{2}\s{1,3})+)\s*\|.*\|\s*$/i.exec(row)?.[1],
  );
  const last = rows.at(-1)?.trim() ?? '';
  const parts = /^[0-9a-f]{7,16}$/i.test(last) ? dumped.slice(0, -1) : dumped;
  const all = parts.length > 0 && parts.every((part) => part !== undefined);
  return all ? parts.join(' ') : text;
}

function decimalByte(item: string): number {
  const value = Number(/^-?\d+/.exec(item)?.[0]);
  // Signed bytes, as Java has them.
  if (value >= -128 && value <= 255) return value & 0xff;
  return refuse('paste.notByte', item.slice(0, 20));
}

function hexBytes(item: string): readonly number[] {
  const marked = /^(?:0x|\\x)([0-9a-f]*?)(?:u8)?$/i.exec(item)?.[1];
  const digits = marked ?? /^([0-9a-f]+)h$/i.exec(item)?.[1] ?? item;
  const wrong = /[^0-9a-f]/iu.exec(digits)?.[0];
  if (wrong !== undefined) refuse('paste.notHex', wrong, item.slice(0, 20));
  if (digits === '') refuse('paste.oddHex', item);
  // 0x5 is a whole number; a bare 5 may have lost a digit.
  const even = marked?.length === 1 ? `0${digits}` : digits;
  if (even.length % 2 === 1) refuse('paste.oddHex', item.slice(0, 20));
  return Array.from({ length: even.length / 2 }, (_, index) =>
    parseInt(even.slice(2 * index, 2 * index + 2), 16),
  );
}
