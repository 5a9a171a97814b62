import { encodings, type Encoding } from './encoding';

/** How a group of bytes is written in the main column. */
export const formats = ['hex', 'unsigned', 'signed', 'octal', 'binary', 'float'] as const;
export type Format = (typeof formats)[number];

/** Bytes that are read as one. */
export const groups = [1, 2, 4, 8, 16] as const;
export type Group = (typeof groups)[number];

/** Bytes in a row; `fit`: as many as the width has room for, in steps of 8. */
export const rowLengths = [8, 16, 32, 'fit'] as const;
export type RowLength = (typeof rowLengths)[number];

export type Endian = 'little' | 'big';

/** What the rows are numbered by: the offset in the segment, or the addresses where a process has mapped it. */
export type Base = 'offset' | MappedBase;

/** One of the mappings that a process has: `length` bytes of the segment from `offset` on are at `address`. */
export interface MappedBase {
  readonly pid: number;
  /** Lower-case hex without 0x. */
  readonly address: string;
  readonly offset: number;
  readonly length: number;
}

/** How the bytes of a view are read and drawn. Always consistent: make changes with `readAs`. */
export interface Reading {
  readonly bytesPerRow: RowLength;
  readonly format: Format;
  readonly group: Group;
  readonly endian: Endian;
  readonly encoding: Encoding;
  /** Whether the class of a byte (printable, white space, control …) has a colour. */
  readonly colourByClass: boolean;
  readonly dimZeros: boolean;
  readonly base: Base;
}

export const plainReading: Reading = {
  bytesPerRow: 16,
  format: 'hex',
  group: 1,
  endian: 'little',
  encoding: 'utf8',
  colourByClass: false,
  dimZeros: true,
  base: 'offset',
};

/** The groups that a format can write: a float has 2, 4 or 8 bytes; 16 bytes are only written as digits of bits. */
export function groupsOf(format: Format): readonly Group[] {
  if (format === 'float') return [2, 4, 8];
  return format === 'hex' || format === 'binary' ? groups : [1, 2, 4, 8];
}

/**
 * The reading with some of it changed. What no longer fits yields: the group to the format, the rows to the group;
 * a change of group alone that the format cannot write brings hex.
 */
export function readAs(reading: Reading, change: Partial<Reading>): Reading {
  const wanted = { ...reading, ...change };
  const possible = groupsOf(wanted.format);
  const regrouped = change.group !== undefined && change.format === undefined;
  const format = regrouped && !possible.includes(wanted.group) ? 'hex' : wanted.format;
  const group = groupsOf(format).includes(wanted.group)
    ? wanted.group
    : (possible.find((length) => length >= wanted.group) ?? possible.at(-1) ?? 1);
  const short = wanted.bytesPerRow !== 'fit' && wanted.bytesPerRow < group;
  if (short && change.bytesPerRow !== undefined) return { ...wanted, format, group: 8 };
  return { ...wanted, format, group, bytesPerRow: short ? 16 : wanted.bytesPerRow };
}

/** Whether one cell of the main column is one byte: then digits are typed into it. */
export function isBytewise({ format }: Reading): boolean {
  return format === 'hex';
}

/** A reading that was stored or sent, as far as it makes sense; the rest is `fallback`'s. */
export function soundReading(stored: unknown, fallback: Reading = plainReading): Reading {
  if (typeof stored !== 'object' || stored === null) return fallback;
  const found = stored as Partial<Record<keyof Reading, unknown>>;
  const among = <T>(known: readonly T[], value: unknown, otherwise: T): T =>
    known.find((item) => item === value) ?? otherwise;
  return readAs(fallback, {
    bytesPerRow: among(rowLengths, found.bytesPerRow, fallback.bytesPerRow),
    format: among(formats, found.format, fallback.format),
    group: among(groups, found.group, fallback.group),
    endian: among<Endian>(['little', 'big'], found.endian, fallback.endian),
    encoding: among(encodings, found.encoding, fallback.encoding),
    colourByClass: among([true, false], found.colourByClass, fallback.colourByClass),
    dimZeros: among([true, false], found.dimZeros, fallback.dimZeros),
    base: soundBase(found.base) ?? fallback.base,
  });
}

function soundBase(stored: unknown): Base | null {
  if (stored === 'offset') return 'offset';
  if (typeof stored !== 'object' || stored === null) return null;
  const found = stored as Partial<Record<keyof MappedBase, unknown>>;
  // An earlier version knew one mapping of each process, and took it for the whole.
  const { pid, address, offset = 0, length = Number.MAX_SAFE_INTEGER } = found;
  const isSound =
    isWhole(pid, 0) &&
    typeof address === 'string' &&
    /^[0-9a-f]{1,16}$/.test(address) &&
    isWhole(offset, 0) &&
    isWhole(length, 1);
  return isSound ? { pid, address, offset, length } : null;
}

function isWhole(value: unknown, minimum: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum;
}
