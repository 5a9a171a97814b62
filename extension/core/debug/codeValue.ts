/** What a debugger says of a value; the protocol leaves its wording to each adapter. */
export interface CodeValue {
  readonly value: string;
  /** '' where it was not told. */
  readonly type: string;
  /** Where the adapter has it in memory, in a form of its own; null: nowhere. */
  readonly memoryReference: string | null;
}

/** What a value can lead to; of no sort at all: it leads nowhere. */
export interface Leads {
  /** It points there. */
  readonly address: bigint | null;
  /** It is itself there. */
  readonly home: bigint | null;
  /** A file descriptor, or a whole number at least. */
  readonly descriptor: number | null;
  /** The text that it is. */
  readonly text: string | null;
}

/** No process has that many files open. */
const mostDescriptors = 1 << 20;

/**
 * Reads what gdb, lldb, js-debug and debugpy answer: `0x7f.. "text"`, `(char *) 0x7f..`, `'/name'`, `u"name"`, `{...}`,
 * `5`. A pointer to text leads to both. Never throws.
 */
export function leadsOf({ value, memoryReference }: CodeValue): Leads {
  const shown = value.trim();
  const pointer = /^(?:\([^()]*\)\s*)?@?(0x[0-9a-f]{1,16})\b/i.exec(shown)?.[1];
  // "7 '\a'" is a number that is shown as a character too.
  const digits = /^(\d{1,20})n?(?:\s+'.*')?$/s.exec(shown)?.[1];
  const number = digits === undefined ? null : BigInt(digits);
  return {
    address:
      pointer !== undefined ? BigInt(pointer) : number !== null && number >= mostDescriptors ? number : null,
    home:
      memoryReference !== null && /^0x[0-9a-f]{1,16}$/i.test(memoryReference)
        ? BigInt(memoryReference)
        : null,
    descriptor: number !== null && number < mostDescriptors ? Number(number) : null,
    text: textIn(pointer === undefined ? shown : shown.slice(shown.indexOf(pointer) + pointer.length).trim()),
  };
}

/** What is between the quotes that a value begins with; gdb fills an array of characters with `\000`. */
function textIn(shown: string): string | null {
  const found = /^(?:[uUbL]|u8)?(["'])(.*)\1(?:,.*|\.\.\.)?$/s.exec(shown)?.[2];
  if (found === undefined) return null;
  const text = found.replace(/(?:\\0+)+$/, '').replace(/\\(["'\\])/g, '$1');
  return text === '' ? null : text;
}

/** Whether a type, as debuggers write it, is a pointer or a reference to one. */
export function isPointer(type: string): boolean {
  return /\*\s*(?:const)?\s*&?$/.test(type);
}

/** What a session of that type evaluates for a variable: cdt-gdb-adapter names members of C++ as `a.public.b`, which gdb does not know. */
export function expressionOf(type: string, evaluateName: string): string {
  return /gdb/i.test(type) ? evaluateName.replace(/\.(?:public|private|protected)(?=\.)/g, '') : evaluateName;
}

/** Whether an expression is a text by itself, such as `"/name"`. */
export function isLiteral(expression: string): boolean {
  return /^(["'])[^"']+\1$/.test(expression.trim());
}

/** The expressions that tell the text of an object which a debugger shows as its members, the surest first; none: it is no such object. */
export function membersOf(expression: string, type: string): readonly string[] {
  const object = isPointer(type) ? `(*(${expression}))` : `(${expression})`;
  if (/\bQString\b/.test(type))
    // As in Qt 6, and as in Qt 5.
    return [`${object}.d.ptr`, `(const char16_t*)((char*)${object}.d + ${object}.d->offset)`];
  if (/\bchar(?:16_t)?\s*\[\d*\]/.test(type)) return [`&${object}[0]`];
  if (/\bstd::.*\bstring\b|\bbasic_string\b/.test(type)) return [`${object}._M_dataplus._M_p`];
  return /^SharedMemory$/.test(type) ? [`${object}.name`] : [];
}
