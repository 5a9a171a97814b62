import { flag, oneOf, shape } from '../check';
import { encodings } from '../encoding';
import { formats, groups, rowLengths, type Reading, type RowLength } from '../reading';

export const reading = shape<Reading>({
  bytesPerRow: oneOf<RowLength>(...rowLengths),
  format: oneOf(...formats),
  group: oneOf(...groups),
  endian: oneOf('little', 'big'),
  encoding: oneOf(...encodings),
  colourByClass: flag,
  dimZeros: flag,
  // Who has the segment mapped where is not known before it is looked at.
  base: oneOf('offset'),
});
