import { boundsOf, integerBytes, parseInteger, readInteger } from './integers';
import { momentText, parseMoment } from './moment';
import { fitting, refuse, type Value } from './value';

interface Clock {
  readonly id: 'time32' | 'time64' | 'milliseconds' | 'fileTime';
  readonly bits: 32 | 64;
  readonly signed: boolean;
  /** Ticks of a second. */
  readonly perSecond: bigint;
  /** Ticks from its own start to 1970. */
  readonly epoch: bigint;
}

/** FILETIME counts tenths of a microsecond since 1601 (Windows, minwinbase.h). */
const clocks: readonly Clock[] = [
  { id: 'time32', bits: 32, signed: true, perSecond: 1n, epoch: 0n },
  { id: 'time64', bits: 64, signed: true, perSecond: 1n, epoch: 0n },
  { id: 'milliseconds', bits: 64, signed: true, perSecond: 1000n, epoch: 0n },
  { id: 'fileTime', bits: 64, signed: false, perSecond: 10_000_000n, epoch: 116_444_736_000_000_000n },
];

const example = '2027-08-23 04:25:00';

function time({ id, bits, signed, perSecond, epoch }: Clock): Value {
  const size = bits / 8;
  const bounds = boundsOf(bits, signed);
  const limit = (ticks: bigint): string =>
    momentText(ticks - epoch, perSecond)?.utc.replace('T', ' ') ?? String(ticks);
  const parse = (text: string): bigint => {
    // A bare number is the count itself; it also writes the moments that no date can say.
    if (/^\s*[+-]?(?:0x[0-9a-f]+|\d+)\s*$/i.test(text)) return parseInteger(text, bounds, example);
    const moment = parseMoment(text, perSecond);
    const range = [limit(bounds.minimum), limit(bounds.maximum)] as const;
    if (moment === null) refuse('not-a-time', example, ...range);
    const ticks = moment + epoch;
    if (ticks < bounds.minimum || ticks > bounds.maximum) refuse('time-range', example, ...range);
    return ticks;
  };
  return {
    id,
    size,
    ordered: true,
    decode(bytes, endian) {
      if (bytes.length < size) return null;
      const ticks = readInteger(bytes, bits, signed, endian);
      const moment = momentText(ticks - epoch, perSecond);
      if (moment === null) return { text: String(ticks), length: size, note: ['value.note.noDate'] };
      return { text: moment.local, length: size, detail: moment.utc };
    },
    encode: (text, endian, room = Infinity) =>
      fitting(integerBytes(parse(text), bits, endian), room, example),
  };
}

/** time_t of 32 and 64 bits, milliseconds since 1970, FILETIME: local time, and UTC as the detail. */
export const times: readonly Value[] = clocks.map(time);
