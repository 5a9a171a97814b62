import type { SourceLanguage } from './token';

/** A string or a character of a source text. */
export interface Literal {
  readonly kind: 'string' | 'char';
  readonly end: number;
  /** null: what it means is not known here. */
  readonly value: string | null;
}

type Read = (text: string, at: number) => Literal | null;

/** Reads the literal that begins at an offset, prefix included; null where none does. Looks at each character once. */
export const literalOf: Readonly<Record<SourceLanguage, Read>> = {
  c: readC,
  cpp: readC,
  csharp: readCSharp,
  python: readPython,
  rust: readRust,
};

function readC(text: string, at: number): Literal | null {
  const [whole, delimiter, quote = '"'] =
    matchAt(/(?:u8|[uUL])?(?:R"([^()\\\s]{0,16})\(|(["']))/y, text, at) ?? [];
  if (whole === undefined) return null;
  const from = at + whole.length;
  const literal = delimiter === undefined ? plain(text, from, quote) : verbatim(text, from, `)${delimiter}"`);
  // What makes a string of Qt's or the standard library's; any other word behind it may be a macro.
  const suffix = matchAt(/(?:_s|_L1|_qs|sv?)\b/y, text, literal.end);
  return { ...literal, end: literal.end + (suffix?.[0].length ?? 0) };
}

function readCSharp(text: string, at: number): Literal | null {
  const [whole, prefix = '', quote = ''] = matchAt(/([$@]*)("{3,}|"|')/y, text, at) ?? [];
  if (whole === undefined) return null;
  const from = at + whole.length;
  // Not raw, but empty and closed.
  const isRaw = quote.length > 2;
  const literal = isRaw
    ? verbatim(text, from, quote)
    : prefix.includes('@')
      ? doubled(text, from)
      : plain(text, from, quote);
  // Values in it, or lines whose indentation would have to be cut.
  const unknown = prefix.includes('$') ? '{' : isRaw ? '\n' : null;
  const isKnown = unknown === null || literal.value?.includes(unknown) !== true;
  return isKnown ? literal : { ...literal, value: null };
}

function readPython(text: string, at: number): Literal | null {
  const [whole, prefix = '', quote = ''] = matchAt(/([a-zA-Z]{0,2})("""|'''|"|')/y, text, at) ?? [];
  if (whole === undefined || !/^[rbuft]*$/i.test(prefix)) return null;
  const literal = plain(text, at + whole.length, quote, { lines: quote.length > 1, raw: /r/i.test(prefix) });
  const isOpen = /[ft]/i.test(prefix) && literal.value?.includes('{') === true;
  return { ...literal, kind: 'string', value: isOpen ? null : literal.value };
}

function readRust(text: string, at: number): Literal | null {
  const raw = matchAt(/[bc]?r(#*)"/y, text, at);
  if (raw) return verbatim(text, at + raw[0].length, `"${raw[1] ?? ''}`);
  const [whole, character] =
    matchAt(/[bc]?"|b?'((?:\\(?:u\{[^}\n]{0,9}\}|x..|.))|[^'\\\n])'/uy, text, at) ?? [];
  if (whole === undefined) return null;
  const end = at + whole.length;
  if (character !== undefined) return { kind: 'char', end, value: unescaped(character) };
  const { value, ...literal } = plain(text, end, '"', { lines: true, raw: false });
  // A C string written as bytes.
  return { ...literal, value: value?.replace(/\0$/, '') ?? null };
}

function plain(text: string, from: number, quote: string, { lines = false, raw = false } = {}): Literal {
  const kind = quote === "'" ? 'char' : 'string';
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '\n' && !lines) return { kind, end: at, value: null };
    else if (text.startsWith(quote, at)) {
      const body = text.slice(from, at);
      return { kind, end: at + quote.length, value: raw ? body : unescaped(body) };
    }
  }
  return { kind, end: text.length, value: null };
}

function verbatim(text: string, from: number, close: string): Literal {
  const at = text.indexOf(close, from);
  return at < 0
    ? { kind: 'string', end: text.length, value: null }
    : { kind: 'string', end: at + close.length, value: text.slice(from, at) };
}

/** C#'s @"…", in which a quote is written twice. */
function doubled(text: string, from: number): Literal {
  const [body = ''] = matchAt(/[^"]*(?:""[^"]*)*/y, text, from) ?? [];
  const end = from + body.length + 1;
  return end > text.length
    ? { kind: 'string', end: text.length, value: null }
    : { kind: 'string', end, value: body.replaceAll('""', '"') };
}

const named: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

const escape =
  /\\(?:x([\da-fA-F]{2})|([0-7]{1,3})|(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|U([\da-fA-F]{8}))|([\s\S]?))/g;

/** The text of a literal's body; null where an escape is a byte that is no character, or is not known in every language. */
function unescaped(body: string): string | null {
  const state = { isText: true };
  const text = body.replace(
    escape,
    (_, ...[hex, octal, inBraces, four, eight, letter]: (string | undefined)[]) => {
      const byte = hex ?? octal;
      const code = parseInt(inBraces ?? four ?? eight ?? byte ?? '-1', octal === undefined ? 16 : 8);
      state.isText &&= byte === undefined ? code <= 0x10ffff : code <= 0x7f;
      if (code >= 0) return code <= 0x10ffff ? String.fromCodePoint(code) : '';
      const meant = named[letter ?? ''];
      state.isText &&= meant !== undefined;
      return meant ?? '';
    },
  );
  return state.isText ? text : null;
}

/** As exec() of a sticky expression. */
export function matchAt(sticky: RegExp, text: string, at: number): RegExpExecArray | null {
  sticky.lastIndex = at;
  return sticky.exec(text);
}
