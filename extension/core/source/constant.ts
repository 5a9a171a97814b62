import type { Token } from './token';

/** What may be around a string that is passed on as it is: conversions that do not change it. */
const harmless: ReadonlySet<string> = new Set(
  (
    '( ) { } :: . & ! ? * QStringLiteral QLatin1String QLatin1StringView QStringView QString QByteArray fromUtf8 fromLatin1 ' +
    'fromLocal8Bit TEXT _T _TEXT L std string wstring string_view c_str data CString CStr CStr new unwrap expect cstr ' +
    'from_bytes_with_nul as_ptr as_c_str as const c_char i8 libc cast into to_owned to_string as_str String from w s'
  ).split(' '),
);

/**
 * The string that tokens are: a literal or the name of a constant, adjacent ones joined, with nothing around it but
 * conversions; null where more happens to it.
 */
export function constantOf(tokens: readonly Token[], constants: ReadonlyMap<string, string>): string | null {
  let value: string | null = null;
  let isAdjacent = false;
  for (const [index, { kind, text, value: meaning }] of tokens.entries()) {
    const part = kind === 'string' ? meaning : kind === 'word' ? constants.get(text) : undefined;
    if (part === null) return null;
    if (part === undefined) {
      isAdjacent = false;
      if (!harmless.has(text)) return null;
    } else if (value === null || isAdjacent) {
      value = (value ?? '') + part;
      isAdjacent = true;
    } else if (tokens[index - 2]?.text !== 'expect') return null;
  }
  return value;
}
