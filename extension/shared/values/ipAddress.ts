import { fitting, refuse, type Value } from './value';

const fourExample = '192.168.0.1';
const sixExample = 'fe80::1';

function parseFour(text: string): readonly number[] | null {
  const match = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(text);
  const parts = match?.slice(1).map(Number);
  return parts?.every((part) => part < 256) === true ? parts : null;
}

/** The 16 bytes of RFC 4291 text, `::` and a dotted tail included; null: it is none. */
function parseSix(text: string): readonly number[] | null {
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail) {
    const four = parseFour(tail[2] ?? '');
    if (four === null) return null;
    const [a = 0, b = 0, c = 0, d = 0] = four;
    return parseSix(`${tail[1] ?? ''}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`);
  }
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head = [], rest = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - rest.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...rest];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]);
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`. */
function sixText(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, at) => (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0));
  let best = { start: 0, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const texts = groups.map((group) => group.toString(16));
  if (best.length < 2) return texts.join(':');
  return `${texts.slice(0, best.start).join(':')}::${texts.slice(best.start + best.length).join(':')}`;
}

const four: Value = {
  id: 'ipv4',
  size: 4,
  ordered: false,
  decode: (bytes) => (bytes.length < 4 ? null : { text: bytes.subarray(0, 4).join('.'), length: 4 }),
  encode(text, _endian, room = Infinity) {
    const parts = parseFour(text.trim());
    if (parts === null) refuse('not-an-ipv4', fourExample, '0.0.0.0', '255.255.255.255');
    return fitting(Uint8Array.from(parts), room, fourExample);
  },
};

const six: Value = {
  id: 'ipv6',
  size: 16,
  ordered: false,
  decode: (bytes) => (bytes.length < 16 ? null : { text: sixText(bytes), length: 16 }),
  encode(text, _endian, room = Infinity) {
    const parts = parseSix(text.trim());
    if (parts === null) refuse('not-an-ipv6', sixExample);
    return fitting(Uint8Array.from(parts), room, sixExample);
  },
};

/** Addresses in network order, as sockets hold them, whatever the byte order of the machine. */
export const ipAddresses: readonly Value[] = [four, six];
