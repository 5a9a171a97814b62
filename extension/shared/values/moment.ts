/** Milliseconds since 1970 that a Date can hold (ECMA-262, 21.4.1.1). */
const most = 8.64e15;
const minute = 60_000n;

/** A moment as local time with its offset from UTC, and in UTC. */
export interface MomentText {
  /** `2027-08-23 04:25:00.125+02:00`: ISO 8601 with a space for the T. */
  readonly local: string;
  /** `2027-08-23T02:25:00.125Z`. */
  readonly utc: string;
}

/**
 * A moment in words. `ticks` of which `perSecond` make a second, since 1970; as many digits after the second as it
 * needs. null: it lies outside the years that a date can say.
 */
export function momentText(ticks: bigint, perSecond: bigint): MomentText | null {
  const seconds = floorDivide(ticks, perSecond);
  const rest = ticks - seconds * perSecond;
  const milliseconds = Number(seconds) * 1000;
  if (Math.abs(milliseconds) > most - 86_400_000) return null;
  const digits = String(perSecond).length - 1;
  const fraction = rest === 0n ? '' : `.${String(rest).padStart(digits, '0').replace(/0+$/, '')}`;
  const offset = offsetAt(milliseconds);
  const shown = (at: number): string => new Date(at).toISOString().slice(0, -5);
  return {
    local: `${shown(milliseconds + offset).replace('T', ' ')}${fraction}${offsetText(offset)}`,
    utc: `${shown(milliseconds)}${fraction}Z`,
  };
}

/**
 * The ticks since 1970 of a typed moment: `2027-08-23`, `2027-08-23 04:25`, with seconds, up to nine digits of a
 * fraction (cut to whole ticks), and `Z` or `+02:00`; local time without. null: it is none, or no such day exists.
 */
export function parseMoment(text: string, perSecond: bigint): bigint | null {
  const match =
    /^(\d{4}|[+-]\d{6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:\d\d(?::\d\d)?)?)?$/i.exec(
      text.trim(),
    );
  if (!match) return null;
  const [, year, month, day, hour = '0', minutes = '0', second = '0', fraction = '', zone] = match;
  const fields = [Number(year), Number(month) - 1, Number(day)] as const;
  const clock = [Number(hour), Number(minutes), Number(second)] as const;
  const date = new Date(0);
  date.setUTCFullYear(...fields);
  date.setUTCHours(...clock);
  const isDay = date.getUTCMonth() === fields[1] && date.getUTCDate() === fields[2];
  if (!isDay || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return null;
  let milliseconds = date.getTime();
  if (zone === undefined) {
    const local = new Date(0);
    local.setFullYear(...fields);
    local.setHours(...clock);
    milliseconds = local.getTime();
  } else milliseconds -= parseOffset(zone);
  if (Number.isNaN(milliseconds)) return null;
  const nanoseconds = BigInt(fraction.padEnd(9, '0'));
  return BigInt(milliseconds / 1000) * perSecond + (nanoseconds * perSecond) / 1_000_000_000n;
}

/** Local time minus UTC at a moment, in milliseconds: whole seconds, as old offsets are no whole minutes. */
function offsetAt(milliseconds: number): number {
  const at = new Date(milliseconds);
  const local = new Date(0);
  local.setUTCFullYear(at.getFullYear(), at.getMonth(), at.getDate());
  local.setUTCHours(at.getHours(), at.getMinutes(), at.getSeconds());
  return local.getTime() - milliseconds;
}

function offsetText(offset: number): string {
  const size = Math.abs(offset) / 1000;
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = size % 60;
  const whole = `${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}`;
  return `${offset < 0 ? '-' : '+'}${whole}${seconds === 0 ? '' : `:${two(seconds)}`}`;
}

function parseOffset(zone: string): number {
  if (/^z$/i.test(zone)) return 0;
  const [hours = 0, minutes = 0, seconds = 0] = zone.slice(1).split(':').map(Number);
  return (zone.startsWith('-') ? -1 : 1) * ((hours * 60 + minutes) * Number(minute) + seconds * 1000);
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by < 0n ? quotient - 1n : quotient;
}
