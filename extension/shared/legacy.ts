/** Encodings of one, two or (GB 18030) four bytes a character, whose tables come from the platform's TextDecoder. */
export type LegacyEncoding = 'gb18030' | 'shift_jis' | 'big5';

const privateUse = /[\u{E000}-\u{F8FF}\u{F0000}-\u{10FFFF}]/u;
const replacement = '\u{FFFD}';
/** Index of the last character of the basic plane among the four-byte ones of GB 18030 (WHATWG Encoding, ranges). */
const lastBasic = 39419;
/** Characters that Big5 has twice and whose last place is the common one (WHATWG Encoding, index Big5). */
const lastPlace: ReadonlySet<string> = new Set('\u2550\u255E\u2561\u256A\u5341\u5345');

/** One legacy encoding. Nothing is tabled before it is asked for: the tables are tens of thousands of characters. */
class Legacy {
  readonly #decoder: InstanceType<typeof TextDecoder>;
  readonly #pairs: (string | undefined)[] = [];
  #codes: ReadonlyMap<string, number> | null = null;

  constructor(private readonly name: LegacyEncoding) {
    this.#decoder = new TextDecoder(name);
  }

  /** Whether a byte can be nothing but a character of its own, so that the next byte starts a character. */
  alone(byte: number): boolean {
    const digits = this.name === 'gb18030' && byte >= 0x30 && byte <= 0x39;
    return (byte < 0x40 && !digits) || byte === 0x7f;
  }

  /** Bytes of the character that starts with these, and its text; length 1 and '' where none does. */
  at(bytes: Uint8Array, index: number): { readonly length: number; readonly text: string } {
    const lead = bytes[index] ?? 0;
    if (lead < 0x80) return { length: 1, text: String.fromCharCode(lead) };
    const alone = this.#pair(lead, -1);
    if (alone !== '') return { length: 1, text: alone };
    const trail = bytes[index + 1];
    if (trail === undefined) return nothing;
    if (this.name === 'gb18030' && trail >= 0x30 && trail <= 0x39) return four(bytes, index);
    const text = trail < 0x40 ? '' : this.#pair(lead, trail);
    return text === '' ? nothing : { length: 2, text };
  }

  /** The bytes of a character as one number, the first the highest; undefined: the encoding lacks it. */
  code(character: string): number | undefined {
    this.#codes ??= this.#invert();
    return this.#codes.get(character) ?? (this.name === 'gb18030' ? beyond(character) : undefined);
  }

  #pair(lead: number, trail: number): string {
    const key = lead * 512 + trail + 1;
    return (this.#pairs[key] ??= this.#decode(trail < 0 ? [lead] : [lead, trail]));
  }

  /** One character or ''. Private use is what some platforms give for bytes that mean nothing. */
  #decode(sequence: readonly number[]): string {
    const text = this.#decoder.decode(Uint8Array.from(sequence));
    const strange = text.includes(replacement) || (this.name !== 'gb18030' && privateUse.test(text));
    const ascii = text.length > 1 && /[\0-\x7f]/.test(text);
    const control = sequence.length === 1 && /\p{C}/u.test(text);
    return strange || ascii || control ? '' : text;
  }

  #invert(): ReadonlyMap<string, number> {
    const codes = new Map<string, number>();
    const add = (text: string, code: number): void => {
      const again = this.name === 'big5' && lastPlace.has(text);
      if (text !== '' && (again || !codes.has(text))) codes.set(text, code);
    };
    for (let byte = 0; byte < 0x80; byte++) add(String.fromCharCode(byte), byte);
    for (let lead = 0x80; lead <= 0xff; lead++) add(this.#pair(lead, -1), lead);
    // The rows below 0xA1 of Big5 are Hong Kong's: only what is nowhere else is written with them.
    const first = this.name === 'big5' ? 0xa1 : 0x81;
    for (let row = 0; row < 0x7e; row++) {
      const lead = first + row <= 0xfe ? first + row : first + row - 0x7e;
      if (this.#pair(lead, -1) !== '') continue;
      for (let trail = 0x40; trail < 0xff; trail++) add(this.#pair(lead, trail), lead * 256 + trail);
    }
    if (this.name === 'gb18030') basicPlane().forEach((text, index) => add(text, codeOf(index)));
    return codes;
  }
}

const nothing = { length: 1, text: '' } as const;
const made = new Map<LegacyEncoding, Legacy>();

/** The encoding of that name; made once. */
export function legacy(name: LegacyEncoding): Legacy {
  const known = made.get(name) ?? new Legacy(name);
  made.set(name, known);
  return known;
}

/** The four-byte character of GB 18030 at `index`. */
function four(bytes: Uint8Array, index: number): { readonly length: number; readonly text: string } {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(index, index + 4);
  if (a < 0x81 || a > 0xfe || c < 0x81 || c > 0xfe || d < 0x30 || d > 0x39) return nothing;
  const pointer = (((a - 0x81) * 10 + b - 0x30) * 126 + c - 0x81) * 10 + d - 0x30;
  if (pointer <= lastBasic) return { length: 4, text: basicPlane()[pointer] ?? '' };
  const point = pointer - 189000 + 0x10000;
  return point >= 0x10000 && point <= 0x10ffff ? { length: 4, text: String.fromCodePoint(point) } : nothing;
}

let basic: readonly string[] | null = null;

/** The four-byte characters of the basic plane, in order. */
function basicPlane(): readonly string[] {
  if (basic !== null) return basic;
  const bytes = new Uint8Array((lastBasic + 1) * 4);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index <= lastBasic; index++) view.setUint32(index * 4, codeOf(index));
  basic = Array.from(new TextDecoder('gb18030').decode(bytes));
  return basic;
}

function codeOf(pointer: number): number {
  const d = 0x30 + (pointer % 10);
  const c = 0x81 + (Math.floor(pointer / 10) % 126);
  const b = 0x30 + (Math.floor(pointer / 1260) % 10);
  const a = 0x81 + Math.floor(pointer / 12600);
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

function beyond(character: string): number | undefined {
  const point = character.codePointAt(0) ?? 0;
  return point >= 0x10000 ? codeOf(point - 0x10000 + 189000) : undefined;
}
