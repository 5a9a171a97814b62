/** Where a text stops being JSON. */
export class JsonError extends Error {
  constructor(
    /** Counted from 1. */
    readonly line: number,
    /** What stands there; empty at the end of the text. */
    readonly found: string,
  ) {
    super(`Line ${String(line)}: ${found === '' ? 'the text ends' : `unexpected ${found}`}`);
  }
}

/** JSON that knows on which line each object and list of it starts. */
export interface LinedJson {
  readonly value: unknown;
  readonly lineOf: (part: object) => number;
}

const token =
  /\s*(?:("(?:[^"\\\p{Cc}]|\x7f|[\u0080-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{},:]))/uy;
const deepest = 100;

/** As JSON.parse, whose errors name no line in every version. Throws a JsonError. */
export function parseJson(text: string): LinedJson {
  const lines = new WeakMap<object, number>();
  let at = 0;

  const lineAt = (index: number): number => text.slice(0, index).split('\n').length;
  const fail = (index: number): never => {
    const rest = text.slice(index).trimStart();
    const [found = ''] = /^[^\s,:[\]{}]{1,20}|^./u.exec(rest) ?? [];
    throw new JsonError(lineAt(text.length - rest.length), found);
  };
  const take = (): { readonly text: string; readonly from: number } => {
    token.lastIndex = at;
    const match = token.exec(text);
    const piece = match?.[1] ?? match?.[2] ?? match?.[3];
    if (piece === undefined) return fail(at);
    const from = at;
    at = token.lastIndex;
    return { text: piece, from };
  };
  const peek = (): string => {
    const from = at;
    const { text: piece } = take();
    at = from;
    return piece;
  };
  const expect = (wanted: string): void => {
    const { text: piece, from } = take();
    if (piece !== wanted) fail(from);
  };
  /** Comma or the end of a list or an object. */
  const goesOn = (end: string): boolean => {
    const { text: piece, from } = take();
    if (piece !== ',' && piece !== end) fail(from);
    return piece === ',';
  };
  const read = (depth: number): unknown => {
    const { text: piece, from } = take();
    if (depth > deepest || /^[\]},:]$/.test(piece)) return fail(from);
    if (piece !== '[' && piece !== '{') return JSON.parse(piece);
    const line = lineAt(at);
    const isList = piece === '[';
    const list: unknown[] = [];
    const fields: [string, unknown][] = [];
    const end = isList ? ']' : '}';
    if (peek() === end) take();
    else {
      do {
        if (isList) list.push(read(depth + 1));
        else {
          const name = take();
          if (!name.text.startsWith('"')) fail(name.from);
          expect(':');
          fields.push([JSON.parse(name.text) as string, read(depth + 1)]);
        }
      } while (goesOn(end));
    }
    const made: object = isList ? list : Object.fromEntries(fields);
    lines.set(made, line);
    return made;
  };

  const value = read(0);
  if (text.slice(at).trim() !== '') fail(at);
  return { value, lineOf: (part) => lines.get(part) ?? 1 };
}
