/** The forms that bytes can be copied in, in the order in which they are offered. */
export const copyForms = [
  'hex',
  'hexDump',
  'text',
  'c',
  'cpp',
  'rust',
  'go',
  'java',
  'python',
  'csharp',
  'javascript',
  'qByteArray',
  'qFromHex',
  'base64',
  'json',
] as const;

export type CopyForm = (typeof copyForms)[number];

/** What each form is called; names of languages are the same in every language. */
export const copyFormNames: Readonly<Record<Exclude<CopyForm, 'hex' | 'hexDump' | 'text'>, string>> = {
  c: 'C',
  cpp: 'C++ std::array',
  rust: 'Rust',
  go: 'Go',
  java: 'Java',
  python: 'Python',
  csharp: 'C#',
  javascript: 'JavaScript',
  qByteArray: 'QByteArray',
  qFromHex: 'QByteArray::fromHex',
  base64: 'Base64',
  json: 'JSON',
};

/** Most bytes that the clipboard takes at once. */
export const mostCopied = 1024 * 1024;

const perLine = 16;
/** A Java array of more items than this would not fit into the method that fills it (JVM specification, 4.7.3). */
const mostJavaItems = 4096;
/** Well below the 65,535 bytes of a string constant there. */
const javaDigits = 16_384;

/**
 * The bytes as source text or data. `offset` is their place in the segment, for the dump; `decode` turns bytes into
 * text in the encoding of the view. Sources are one statement each and need what their language needs for it: in
 * C++ `<array>` and `<cstdint>`, in Qt `<QByteArray>`.
 */
export function copyAs(
  bytes: Uint8Array,
  form: CopyForm,
  offset: number,
  decode: (bytes: Uint8Array) => string,
): string {
  const { length } = bytes;
  switch (form) {
    case 'hex':
      return hexOf(bytes, ' ').toUpperCase();
    case 'hexDump':
      return hexDump(bytes, offset);
    case 'text':
      return decode(bytes);
    case 'c':
      return `static const unsigned char data[${String(length)}] = {\n${items(bytes)}};\n`;
    case 'cpp':
      return `inline constexpr std::array<std::uint8_t, ${String(length)}> data{{\n${items(bytes)}}};\n`;
    case 'rust':
      return `const DATA: [u8; ${String(length)}] = [\n${items(bytes)}];\n`;
    case 'go':
      return `var data = []byte{\n${items(bytes, '\t')}}\n`;
    case 'java':
      return java(bytes);
    case 'python':
      return `data = bytes([\n${items(bytes)}])\n`;
    case 'csharp':
      return `byte[] data = new byte[] {\n${items(bytes)}};\n`;
    case 'javascript':
      return `const data = new Uint8Array([\n${items(bytes)}]);\n`;
    case 'qByteArray':
      return `const QByteArray data(\n${lines(bytes, (line) => `    "${escaped(line)}"`, '\n')},\n    ${String(length)});\n`;
    case 'qFromHex':
      return `const QByteArray data = QByteArray::fromHex(\n${lines(bytes, (line) => `    "${hexOf(line)}"`, '\n')});\n`;
    case 'base64':
      return base64(bytes);
    case 'json':
      return `[${bytes.join(', ')}]`;
  }
}

/** As `hexdump -C` prints it, without its `*` for lines that repeat: every line is there. */
function hexDump(bytes: Uint8Array, offset: number): string {
  const end = offset + bytes.length;
  const digits = Math.max(8, end.toString(16).length);
  const place = (at: number): string => at.toString(16).padStart(digits, '0');
  const dumped = lines(
    bytes,
    (line, at) => {
      const halves = [line.subarray(0, 8), line.subarray(8)].map((half) => hexOf(half, ' ').padEnd(23));
      const characters = Array.from(line, (byte) =>
        byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
      );
      return `${place(offset + at)}  ${halves.join('  ')}  |${characters.join('')}|`;
    },
    '\n',
  );
  return `${dumped}\n${place(end)}\n`;
}

function java(bytes: Uint8Array): string {
  if (bytes.length <= mostJavaItems) {
    return `byte[] data = {\n${lines(bytes, (line) => `    ${Array.from(line, javaItem).join(', ')},`, '\n')}\n};\n`;
  }
  const digits = hexOf(bytes);
  const parts: string[] = [];
  for (let at = 0; at < digits.length; at += javaDigits)
    parts.push(`    "${digits.slice(at, at + javaDigits)}"`);
  return `byte[] data = java.util.HexFormat.of().parseHex(String.join("",\n${parts.join(',\n')}));\n`;
}

/** A byte is signed there. */
function javaItem(byte: number): string {
  return byte < 0x80 ? hexByte(byte) : `(byte) ${hexByte(byte)}`;
}

function items(bytes: Uint8Array, indent = '    '): string {
  return `${lines(bytes, (line) => `${indent}${Array.from(line, hexByte).join(', ')},`, '\n')}\n`;
}

function lines(bytes: Uint8Array, line: (part: Uint8Array, at: number) => string, between: string): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine) parts.push(line(bytes.subarray(at, at + perLine), at));
  return parts.join(between);
}

/** Every byte is escaped, so that no digit behind an escape can join it. */
function escaped(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

function hexByte(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0').toUpperCase()}`;
}

function hexOf(bytes: Uint8Array, between = ''): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(between);
}

/** Neither Buffer nor Uint8Array.toBase64 exists on both sides. */
function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(parts.join(''));
}
