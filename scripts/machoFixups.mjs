// What the loader of macOS changes in a library when it loads it, and what a library gives to others: the programs of
// LC_DYLD_INFO, as mach-o/loader.h has them.

/**
 * Where a pointer to a symbol goes; `optional`: the library need not have it.
 * @typedef {{ library: number, name: string, optional: boolean, segment: number, offset: number }} Bind
 */

/** As a library's number: the name is looked for in all that are loaded. */
export const anyLibrary = -2;

/**
 * Reads a program that binds pointers.
 * @param {Buffer} bytes
 * @param {boolean} lazy each bind is a program of its own
 * @returns {Bind[]}
 */
export function readBinds(bytes, lazy = false) {
  const binds = [];
  const read = new Reader(bytes);
  let [library, name, optional, segment, offset] = [0, '', false, 0, 0];
  const bind = (skip) => {
    binds.push({ library, name, optional, segment, offset });
    offset += 8 + skip;
  };
  while (read.more) {
    const byte = read.byte();
    const small = byte & 15;
    const work = {
      0x00: () => lazy || read.end(),
      0x10: () => (library = small),
      0x20: () => (library = read.number()),
      0x30: () => (library = small === 0 ? 0 : small - 16),
      0x40: () => ([name, optional] = [read.text(), (small & 1) !== 0]),
      0x50: () => undefined,
      0x60: () => read.number(),
      0x70: () => ([segment, offset] = [small, read.number()]),
      0x80: () => (offset += read.number()),
      0x90: () => bind(0),
      0xa0: () => bind(read.number()),
      0xb0: () => bind(small * 8),
      0xc0: () => {
        const [count, skip] = [read.number(), read.number()];
        for (let done = 0; done < count; ++done) bind(skip);
      },
    }[byte & 0xf0];
    if (work === undefined) throw new Error(`There is no step 0x${byte.toString(16)} of binding.`);
    work();
  }
  return binds;
}

/**
 * Reads a program that moves pointers into the library itself, which has no fixed place.
 * @returns {{ segment: number, offset: number }[]} of each pointer
 */
export function readRebases(bytes) {
  const rebases = [];
  const read = new Reader(bytes);
  let [segment, offset] = [0, 0];
  const rebase = (count, skip = 0) => {
    for (let done = 0; done < count; ++done, offset += 8 + skip) rebases.push({ segment, offset });
  };
  while (read.more) {
    const byte = read.byte();
    const small = byte & 15;
    const work = {
      0x00: () => read.end(),
      0x10: () => undefined,
      0x20: () => ([segment, offset] = [small, read.number()]),
      0x30: () => (offset += read.number()),
      0x40: () => (offset += small * 8),
      0x50: () => rebase(small),
      0x60: () => rebase(read.number()),
      0x70: () => rebase(1, read.number()),
      0x80: () => rebase(read.number(), read.number()),
    }[byte & 0xf0];
    if (work === undefined) throw new Error(`There is no step 0x${byte.toString(16)} of moving.`);
    work();
  }
  return rebases;
}

/** Reads the tree of exported names. @returns {{ name: string, flags: number, address: number }[]} */
export function readExports(bytes) {
  const found = [];
  const visited = new Set();
  const visit = (at, name) => {
    if (visited.has(at)) throw new Error('The exported names lead in a circle.');
    visited.add(at);
    const read = new Reader(bytes, at);
    const size = read.number();
    const children = read.at + size;
    if (size > 0) found.push({ name, flags: read.number(), address: read.number() });
    read.at = children;
    for (let left = read.byte(); left > 0; --left) {
      const edge = read.text();
      visit(read.number(), `${name}${edge}`);
    }
  };
  if (bytes.length > 0) visit(0, '');
  return found;
}

/** The tree of exported names with one branch for each. @param {readonly { name: string, address: number }[]} exports */
export function writeExports(exports) {
  const leaf = ({ address }) => {
    const terminal = Buffer.from([0, ...number(address)]);
    return Buffer.from([terminal.length, ...terminal, 0]);
  };
  // All places have two digits, so that their length does not depend on them.
  const edges = exports.map(({ name }) => Buffer.byteLength(name) + 3);
  let place = edges.reduce((sum, length) => sum + length, 2);
  const root = [Buffer.from([0, exports.length])];
  for (const one of exports) {
    root.push(Buffer.from(`${one.name}\0`), Buffer.from([(place & 127) | 128, place >> 7]));
    place += leaf(one).length;
  }
  const tree = Buffer.concat([...root, ...exports.map(leaf)]);
  return Buffer.concat([tree, Buffer.alloc(-tree.length & 7)]);
}

/** ULEB128. */
function number(value) {
  const low = value & 127;
  return value < 128 ? [low] : [low | 128, ...number(Math.floor(value / 128))];
}

class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  get more() {
    return this.at < this.bytes.length;
  }
  end() {
    this.at = this.bytes.length;
  }
  byte() {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error('It ends too early.');
    return byte;
  }
  text() {
    const end = this.bytes.indexOf(0, this.at);
    const text = this.bytes.toString('latin1', this.at, end);
    this.at = end + 1;
    return text;
  }
  /** ULEB128, where a sum of 64 bits may overflow: steps back are such. */
  number() {
    let [value, shift] = [0n, 0n];
    for (let byte = 128; byte > 127; shift += 7n) {
      byte = this.byte();
      value |= BigInt(byte & 127) << shift;
    }
    return Number(BigInt.asIntN(64, value));
  }
}
