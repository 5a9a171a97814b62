import { flag, integer, list, oneOf, shape, text, type Check } from '../check';
import { hashNames, longestHashed, type HashName, type HashReply, type HashRequest } from '../hashes';
import { offset } from './places';

const hashName: Check<HashName> = oneOf(...hashNames);

export const hashRequest = shape<HashRequest>({
  offset,
  length: integer(1, longestHashed),
  names: list(hashName, hashNames.length),
});

export const hashReply = shape<HashReply>({
  texts: list(shape({ name: hashName, text: text(128) }), hashNames.length),
  length: integer(1, longestHashed),
  locked: flag,
});
