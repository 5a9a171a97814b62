import { Fault } from '../fault';
import type { StringKey } from '../strings';

/** Byte order of the values that have one. */
export type Endian = 'little' | 'big';

/** The types by name; the text of `type.<id>` in strings.ts is what a person reads. */
export type ValueId =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'uleb128'
  | 'sleb128'
  | 'bool'
  | 'char'
  | 'utf8Character'
  | 'utf8String'
  | 'utf16String'
  | 'cString'
  | 'pointer32'
  | 'pointer64'
  | 'time32'
  | 'time64'
  | 'milliseconds'
  | 'fileTime'
  | 'guid'
  | 'ipv4'
  | 'ipv6'
  | 'rgb'
  | 'rgba';

/** Where a process has mapped some of the segment, or all of it. */
export interface Mapped {
  readonly name: string;
  readonly pid: number;
  readonly address: bigint;
  /** Which byte of the segment is at `address`. */
  readonly offset: bigint;
  /** Bytes. */
  readonly length: bigint;
}

/** Where the bytes stand: what a pointer needs to know. */
export interface Place {
  /** Of the first byte, in the segment. */
  readonly offset: number;
  /** Bytes of the segment. */
  readonly size: number;
  /** A pointer leads by the first of them that its address lies in. */
  readonly mappings: readonly Mapped[];
}

/** A text by its key and the values for `{0}`, `{1}` … */
export type Note = readonly [key: StringKey, ...values: (string | number)[]];

/** What some bytes mean as a type. */
export interface Decoded {
  /** What `encode` takes back, also where it is shortened for nobody; empty where the bytes are no such value. */
  readonly text: string;
  /** Bytes that the value spans; 0 where they are no such value. */
  readonly length: number;
  /** What else there is to say; it is no part of the value. */
  readonly note?: Note;
  /** The same value in another form, such as hex or UTC; not localised. */
  readonly detail?: string;
  /** A CSS colour to show beside it. */
  readonly swatch?: string;
  /** Offset in the segment that a pointer leads to. */
  readonly target?: number;
}

/** A type that bytes can be read as and typed as. Pure: no state, no clock, no language; times are local. */
export interface Value {
  readonly id: ValueId;
  /** Bytes of each value, or the least of one whose size varies. */
  readonly size: number;
  /** Whether a value may span more bytes than `size`. */
  readonly varies?: true;
  /** Whether the byte order matters. */
  readonly ordered: boolean;
  /** Reads from the first byte on; null where there are too few bytes to tell. */
  decode(bytes: Uint8Array, endian: Endian, place?: Place): Decoded | null;
  /** The bytes of a typed text, at most `room`. Throws a {@link ValueFault} that names rule, range and an example. */
  encode(text: string, endian: Endian, room?: number): Uint8Array;
}

/** Why a typed text is no value; `value.rule.<rule>` in strings.ts says it with `{0}` least, `{1}` most, `{2}` example. */
export type ValueRule =
  | 'not-an-integer'
  | 'not-a-number'
  | 'number-range'
  | 'not-a-bool'
  | 'not-a-character'
  | 'empty-text'
  | 'bad-escape'
  | 'lone-surrogate'
  | 'nul-in-text'
  | 'byte-in-text'
  | 'not-a-time'
  | 'time-range'
  | 'not-a-guid'
  | 'not-an-ipv4'
  | 'not-an-ipv6'
  | 'not-a-colour'
  | 'past-the-end';

/** A typed text that is refused: nothing was encoded. The message is for the log. */
export class ValueFault extends Fault {
  constructor(
    readonly rule: ValueRule,
    /** Least and most that is allowed, as a person types them; empty where there is no range. */
    readonly minimum: string,
    readonly maximum: string,
    /** A text that would be taken. */
    readonly example: string,
  ) {
    super('invalid-size', `${rule}: ${minimum} to ${maximum}, such as ${example}`);
  }
}

/** Refuses a text. */
export function refuse(rule: ValueRule, example: string, minimum = '', maximum = ''): never {
  throw new ValueFault(rule, minimum, maximum, example);
}

/** Gives the bytes back where they fit. */
export function fitting(bytes: Uint8Array, room: number, example: string): Uint8Array {
  if (bytes.length > room) refuse('past-the-end', example, '1', String(room));
  return bytes;
}

/** Looks at bytes as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Two upper-case hex digits. */
export function pair(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
