import { bool } from './bool';
import { char } from './char';
import { colours } from './colour';
import { cString } from './cString';
import { floats } from './floats';
import { guid } from './guid';
import { integers } from './integers';
import { ipAddresses } from './ipAddress';
import { leb128s } from './leb128';
import { pointers } from './pointer';
import { times } from './times';
import { utf16String } from './utf16';
import { utf8s } from './utf8';
import type { Value, ValueId } from './value';

export * from './value';

/** Every type that bytes can be read and typed as, in the order of the inspector. */
export const values: readonly Value[] = [
  ...integers,
  ...floats,
  ...leb128s,
  bool,
  char,
  ...utf8s,
  utf16String,
  cString,
  ...pointers,
  ...times,
  guid,
  ...ipAddresses,
  ...colours,
];

const known = new Map(values.map((value) => [value.id, value]));

/** The type of that name. */
export function valueOf(id: ValueId): Value {
  const value = known.get(id);
  if (value === undefined) throw new Error(`There is no type ${id}.`);
  return value;
}
