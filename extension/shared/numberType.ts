/** The types that a person types, finds and bookmarks numbers as; their codecs are in values/. */
export const numberTypes = [
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
  'float32',
  'float64',
] as const;

export type NumberType = (typeof numberTypes)[number];
