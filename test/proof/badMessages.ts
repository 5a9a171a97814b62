/** From 0 to 1, the next of a series that its seed tells. */
export type Random = () => number;

/** The series of a seed (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A call as it should be, without its id. */
export interface Call {
  readonly method: string;
  readonly argument: unknown;
}

const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length', 'offset', 'call'];
/** Ids of calls, of which few are any. */
const ids = [2 ** 31, 2 ** 53 - 1, 2 ** 53, 0, -1, 1.5, NaN, '1', null, {}];
/** Ids of answers: also of what was asked, and is still waited for. */
const answered = [...Array.from({ length: 100 }, (_, at) => at + 1), ...ids];

/** A message that is no good one: by turns a value of any kind, a good call with something changed, or a reply. */
export function badMessage(random: Random, id: number, good: readonly Call[]): unknown {
  const kind = random();
  if (kind < 0.1) return anything(random, 4);
  if (kind < 0.2) return { reply: pick(random, answered), value: anything(random, 3) };
  if (kind < 0.25) return { reply: pick(random, answered), fault: anything(random, 2) };
  const { method, argument } = pick(random, good);
  const call = kind < 0.35 ? pick(random, ids) : id;
  if (kind < 0.45) return { call, method: pick(random, [...names, 'x'.repeat(10_000), 7, null]), argument };
  if (kind < 0.5) return { call, method, argument: anything(random, 5) };
  return { call, method, argument: changed(random, argument) };
}

/** The same with one of its parts gone, or another in its place. */
function changed(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || random() < 0.1) {
    return anything(random, 3);
  }
  if (Array.isArray(value)) {
    const at = Math.floor(random() * (value.length + 1));
    return value.map((item: unknown, index) => (index === at ? changed(random, item) : item));
  }
  const entries = Object.entries(value);
  const at = Math.floor(random() * (entries.length + 1));
  const [name] = entries[at] ?? [];
  if (name === undefined) return { ...value, [pick(random, names)]: anything(random, 2) };
  if (random() < 0.3) return Object.fromEntries(entries.filter((_, index) => index !== at));
  return Object.fromEntries(
    entries.map(([key, item], index) => [key, index === at ? changed(random, item) : item]),
  );
}

const leaves: readonly ((random: Random) => unknown)[] = [
  () => undefined,
  () => null,
  (random) => random() < 0.5,
  (random) => pick(random, [NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, 255, 4095, 4096, 65536, 1e300]),
  (random) => pick(random, [2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 64, -(2 ** 53), Number.MIN_VALUE]),
  (random) => Math.floor(random() * 10_000),
  () => 12n,
  (random) => pick(random, ['', 'hex', '\0', '\ud800', '\u202e', '<img src=x onerror=alert(1)>', '../../..']),
  (random) => 'x'.repeat(pick(random, [1, 100, 5000])),
  (random) => new Uint8Array(pick(random, [0, 1, 8, 4097, 65537])),
  () => new Uint8Array(new ArrayBuffer(64), 8, 16),
  () => new ArrayBuffer(16),
  () => new Float64Array(4),
  () => new Date(0),
  () => new Map([[1, 2]]),
];

/** A value of any kind, some levels deep. */
function anything(random: Random, depth: number): unknown {
  const kind = random();
  if (depth === 0 || kind < 0.6) return pick(random, leaves)(random);
  if (kind < 0.62) return deep(1000);
  const count = Math.floor(random() * 5);
  const parts = Array.from({ length: count }, () => anything(random, depth - 1));
  if (kind < 0.8) return parts;
  return Object.fromEntries(parts.map((part) => [pick(random, names), part]));
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { value };
  return value;
}

function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}
