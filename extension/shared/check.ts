import { Fault } from './fault';

/** Gives the value back as what it should be, made of known parts only; throws a Fault that says what is wrong. */
export type Check<T> = (value: unknown) => T;

/** One check for the argument of every method of an interface; `nothing` for those that take none. */
export type Checks<Methods> = {
  readonly [Name in keyof Methods]: Methods[Name] extends (...args: infer Arguments) => unknown
    ? Check<Arguments extends readonly [infer Argument, ...unknown[]] ? Argument : undefined>
    : never;
};

/** Anything sent where nothing is expected is ignored. */
export const nothing: Check<undefined> = () => undefined;

export const flag: Check<boolean> = (value) =>
  typeof value === 'boolean' ? value : refuse('true or false', value);

/** A safe integer from `minimum` to `maximum`. */
export function integer(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return refuse('a whole number', value);
    if (value >= minimum && value <= maximum) return value;
    throw new Fault('invalid-size', `${String(value)} is not from ${String(minimum)} to ${String(maximum)}`);
  };
}

/** A finite number from `minimum` to `maximum`. */
export function number(minimum: number, maximum: number): Check<number> {
  return (value) =>
    typeof value === 'number' && value >= minimum && value <= maximum
      ? value
      : refuse(`a number from ${String(minimum)} to ${String(maximum)}`, value);
}

/** Text of at most `maximum` UTF-16 units. */
export function text(maximum: number): Check<string> {
  return (value) => {
    if (typeof value !== 'string') return refuse('text', value);
    if (value.length <= maximum) return value;
    throw new Fault('invalid-size', `text of ${String(value.length)} characters; at most ${String(maximum)}`);
  };
}

/** Bytes, `minimum` to `maximum` of them, that own their whole buffer. */
export function bytes(minimum: number, maximum: number): Check<Uint8Array> {
  return (value) => {
    if (!(value instanceof Uint8Array)) return refuse('bytes', value);
    if (value.length < minimum || value.length > maximum) {
      throw new Fault(
        'invalid-size',
        `${String(value.length)} bytes; ${String(minimum)} to ${String(maximum)} are allowed`,
      );
    }
    return value;
  };
}

export function oneOf<const T extends string | number>(...values: readonly T[]): Check<T> {
  return (value) => values.find((known) => known === value) ?? refuse(`one of ${values.join(', ')}`, value);
}

export function nullable<T>(check: Check<T>): Check<T | null> {
  return (value) => (value === null ? null : check(value));
}

export function list<T>(check: Check<T>, maximum: number): Check<readonly T[]> {
  return (value) => {
    if (!Array.isArray(value)) return refuse('a list', value);
    if (value.length <= maximum) return value.map((item: unknown) => check(item));
    throw new Fault('invalid-size', `${String(value.length)} items; at most ${String(maximum)}`);
  };
}

/** Texts by name. */
export function texts(maximum: number): Check<Readonly<Record<string, string>>> {
  const each = text(maximum);
  return (value) => {
    if (!isRecord(value)) return refuse('texts by name', value);
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, each(item)]));
  };
}

/** An object with these own properties; others are dropped. */
export function shape<T extends object>(fields: { readonly [Name in keyof T]-?: Check<T[Name]> }): Check<T> {
  const known = Object.entries<Check<unknown>>(fields);
  return (value) => {
    if (!isRecord(value)) return refuse('an object', value);
    const checked: Record<string, unknown> = {};
    for (const [name, check] of known) {
      const item = Object.hasOwn(value, name) ? value[name] : undefined;
      checked[name] = within(name, check, item);
    }
    return checked as T;
  };
}

/** Whether it is an object with properties: not null, a list, or a byte array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

function within<T>(name: string, check: Check<T>, value: unknown): T {
  try {
    return check(value);
  } catch (error) {
    if (error instanceof Fault) throw new Fault(error.code, `${name}: ${error.message}`);
    throw error;
  }
}

function refuse(expected: string, value: unknown): never {
  const found = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
  throw new Fault('unsupported', `expected ${expected}, found ${found}`);
}
