import { bytes, nullable, oneOf, shape, integer, type Check } from '../check';
import { Fault } from '../fault';
import type { Frozen } from '../frozen';
import { longestEdit } from '../limits';
import type { Edit, EditReply } from '../protocol';
import { anyText, offset } from './places';

const editShape = shape<Edit>({ offset, bytes: bytes(1, longestEdit), expected: bytes(1, longestEdit) });

/** As many bytes to write as were seen. */
export const edit: Check<Edit> = (value) => {
  const checked = editShape(value);
  if (checked.bytes.length === checked.expected.length) return checked;
  throw new Fault(
    'invalid-size',
    `${String(checked.bytes.length)} bytes to write over ${String(checked.expected.length)} seen`,
  );
};

export const editReply = shape<EditReply>({
  outcome: oneOf('written', 'conflict', 'nothing-to-do'),
  offset,
  found: nullable(bytes(0, longestEdit)),
});

export const freeze = shape<{ readonly offset: number; readonly bytes: Uint8Array }>({
  offset,
  bytes: bytes(1, longestEdit),
});

export const frozen = shape<Frozen>({
  offset,
  length: integer(1),
  writes: integer(0),
  skips: integer(0),
  limit: integer(0),
  ended: nullable(oneOf('stopped', 'hidden', 'limit', 'detached', 'failed')),
  message: nullable(anyText),
});
