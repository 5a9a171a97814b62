import { flag, integer, isRecord, oneOf, shape, text, type Check } from '../check';
import { lockSorts } from '../lockWords';
import { longestLabel, mostSemaphores, type NamedSemaphore, type PlacedLock } from '../placedLock';
import { offset } from './places';

/** PATH_MAX and more; the system refuses what it finds too long. */
const path = text(4096);
const signed = integer(-(2 ** 31), 2 ** 31 - 1);
const systemv = { mechanism: oneOf('systemv') };
const another = { semnum: integer(1, mostSemaphores - 1) };
const byName = shape({ mechanism: oneOf('posix', 'windows'), name: path });
const file = { ...systemv, path, projectId: integer(1, 255) };
const number = { ...systemv, key: signed };
const id = { ...systemv, semid: integer(0, 2 ** 31 - 1) };

/** A semaphore with a name. */
export const namedSemaphore: Check<NamedSemaphore> = (value) => {
  const has = (name: string): boolean => isRecord(value) && Object.hasOwn(value, name);
  const which = has('semnum') ? another : {};
  if (has('name')) return byName(value);
  if (has('path')) return shape({ ...file, ...which })(value);
  return has('key') ? shape({ ...number, ...which })(value) : shape({ ...id, ...which })(value);
};

const common = { id: text(100), label: text(longestLabel), counts: flag };
const inBytes = shape({ ...common, place: oneOf('bytes'), sort: oneOf(...lockSorts), offset });
const named = shape({ ...common, place: oneOf('named'), semaphore: namedSemaphore });

/** A lock of the user, also as it was stored. */
export const placedLock: Check<PlacedLock> = (value) =>
  isRecord(value) && value['place'] === 'named' ? named(value) : inBytes(value);
