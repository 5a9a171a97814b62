// What a shared library of ELF needs and gives, read out of the file itself; and what the addon may need of a machine.
import { readFileSync } from 'node:fs';

const dynamicSection = 6;
const dynamicSymbols = 11;
const neededVersions = 0x6ffffffe;
const symbolVersions = 0x6fffffff;

/**
 * Reads a little-endian library of 32 or 64 bits (System V ABI, chapters 4 and 5; versions: LSB Core, 10.7).
 * @returns {{ needed: string[], exported: string[], loose: string[], versions: string[] }} names of libraries, of
 *   symbols it defines for others, of those it takes from anybody, and `LIBRARY VERSION` of each version it needs.
 */
export function readElf(path) {
  const bytes = readFileSync(path);
  if (bytes.readUInt32BE(0) !== 0x7f454c46 || bytes[5] !== 1) throw new Error(`${path} is no ELF library.`);
  const { wide, word, sections } = readSections(bytes);
  const of = (type) => sections.find((section) => section.type === type);
  const text = (section, at) => {
    const start = sections[section.link].offset + at;
    return bytes.toString('latin1', start, bytes.indexOf(0, start));
  };

  const needed = [];
  const dynamic = of(dynamicSection);
  for (let at = dynamic.offset; at < dynamic.end; at += wide ? 16 : 8) {
    if (word(at) === 1) needed.push(text(dynamic, word(at + (wide ? 8 : 4))));
  }

  const [exported, loose] = [[], []];
  const symbols = of(dynamicSymbols);
  for (let at = symbols.offset, index = 0; at < symbols.end; at += wide ? 24 : 16, ++index) {
    const home = bytes.readUInt16LE(at + (wide ? 6 : 14));
    const binding = bytes[at + (wide ? 4 : 12)] >> 4;
    const version = of(symbolVersions) && bytes.readUInt16LE(of(symbolVersions).offset + 2 * index) & 0x7fff;
    const name = text(symbols, bytes.readUInt32LE(at));
    if (home !== 0 && binding !== 0) exported.push(name);
    // 0 and 1 stand for no version; a weak one may be missing.
    if (home === 0 && binding === 1 && !(version > 1)) loose.push(name);
  }

  const versions = [];
  const section = of(neededVersions);
  for (let at = section?.offset, more = section !== undefined; more;) {
    const library = text(section, bytes.readUInt32LE(at + 4));
    for (let inner = at + bytes.readUInt32LE(at + 8), left = bytes.readUInt16LE(at + 2); left > 0; left--) {
      versions.push(`${library} ${text(section, bytes.readUInt32LE(inner + 8))}`);
      inner += bytes.readUInt32LE(inner + 12);
    }
    more = bytes.readUInt32LE(at + 12) !== 0;
    at += bytes.readUInt32LE(at + 12);
  }
  return { needed, exported, loose, versions };
}

/**
 * The sections of a little-endian file of 32 or 64 bits (System V ABI, chapter 4), and how wide its words are.
 * @param {Buffer} bytes
 * @returns {{ wide: boolean, word: (at: number) => number, sections: { name: string, type: number, offset: number,
 *   end: number, link: number }[] }} `word` reads an address
 */
export function readSections(bytes) {
  const wide = bytes[4] === 2;
  const word = (at) => (wide ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at));
  const [table, width, count] = wide ? [word(40), 58, 60] : [word(32), 46, 48];
  const told = Array.from({ length: bytes.readUInt16LE(count) }, (_, index) => {
    const at = table + index * bytes.readUInt16LE(width);
    const [offset, size] = wide ? [word(at + 24), word(at + 32)] : [word(at + 16), word(at + 20)];
    return {
      called: bytes.readUInt32LE(at),
      type: bytes.readUInt32LE(at + 4),
      offset,
      end: offset + size,
      link: bytes.readUInt32LE(at + (wide ? 40 : 24)),
    };
  });
  const names = told[bytes.readUInt16LE(count + 2)]?.offset ?? 0;
  const sections = told.map(({ called, ...section }) => ({
    ...section,
    name: bytes.toString('latin1', names + called, bytes.indexOf(0, names + called)),
  }));
  return { wide, word, sections };
}

/** By the kind of C library: what every machine has that the package is for. */
const allowed = {
  gnu: /^(libc\.so\.6|libm\.so\.6|libpthread\.so\.0|libdl\.so\.2|librt\.so\.1|ld-linux[-\w]*\.so\.\d)$/,
  musl: /^libc\.(so|musl-\w+\.so\.1)$/,
};
const entrances = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];

/**
 * Throws where the addon would not load on a machine that it is for: it needs another library, a newer glibc or what no
 * library has, or it exports more than its entrances, which a program's own symbols could then stand in for.
 * @param {{ glibc: string } | { given: readonly string[] }} system `glibc`: the oldest version it is for, as `2.28`;
 *   `given`: what the symbols are that musl has
 */
export function checkPortable(path, { glibc, given }) {
  const { needed, exported, loose, versions } = readElf(path);
  const kind = glibc === undefined ? 'musl' : 'gnu';
  // A symbol of glibc has a version; one of musl has none.
  const known = new Set(given);
  const wrong = [
    ...needed.filter((name) => !allowed[kind].test(name)).map((name) => `needs ${name}`),
    ...versions.filter((one) => !oldEnough(one, glibc)).map((one) => `needs ${one}`),
    ...loose
      .filter((name) => !known.has(name) && !/^(napi|node_api)_/.test(name))
      .map((name) => `needs ${name}`),
    ...exported.filter((name) => !entrances.includes(name)).map((name) => `exports ${name}`),
    ...entrances.filter((name) => !exported.includes(name)).map((name) => `does not export ${name}`),
  ];
  if (wrong.length > 0) throw new Error(`${path} ${wrong.join(', ')}.`);
}

function oldEnough(version, glibc) {
  const [, major, minor] = / GLIBC_(\d+)\.(\d+)(?:\.\d+)?$/.exec(version) ?? [];
  if (major === undefined || glibc === undefined) return false;
  const [most, mostMinor] = glibc.split('.').map(Number);
  return Number(major) < most || (Number(major) === most && Number(minor) <= mostMinor);
}
