// What a library of macOS needs and gives, read out of the file itself; and what the addon may need of a machine.
import { readFileSync } from 'node:fs';
import { anyLibrary, readBinds, readExports } from './machoFixups.mjs';
import { signatureFault } from './machoSignature.mjs';

/** Of mach-o/loader.h. */
export const command = {
  symbols: 0x2,
  dynamicSymbols: 0xb,
  library: 0xc,
  loader: 0xe,
  segment: 0x19,
  uuid: 0x1b,
  signature: 0x1d,
  functions: 0x26,
  dataInCode: 0x29,
  version: 0x32,
  fixups: 0x80000022,
};
const otherLibraries = [0x80000018, 0x8000001f, 0x20, 0x80000023];
const processors = new Map([
  [0x1000007, 'x86_64'],
  [0x100000c, 'aarch64'],
]);
/** What dlopen(3) takes: MH_DYLIB and MH_BUNDLE. */
const loadable = [6, 8];
const macos = 1;

/** The load commands of a 64-bit file, by which all else is found. Throws where it is no such file. */
export function readCommands(bytes, path) {
  if (bytes.length < 32 || bytes.readUInt32LE(0) !== 0xfeedfacf)
    throw new Error(`${path} is no 64-bit Mach-O file.`);
  const commands = [];
  for (let left = bytes.readUInt32LE(16), at = 32; left > 0; --left) {
    commands.push({ kind: bytes.readUInt32LE(at), at, length: bytes.readUInt32LE(at + 4) });
    at += bytes.readUInt32LE(at + 4);
  }
  return commands;
}

/** A part of the file that a load command tells with its place and length. */
export function part(bytes, at) {
  const start = bytes.readUInt32LE(at);
  return bytes.subarray(start, start + bytes.readUInt32LE(at + 4));
}

/**
 * Reads a library of macOS (mach-o/loader.h).
 * @returns {{ processor: string, kind: number, libraries: string[], oldest: string | null, exported: string[],
 *   taken: { library: string | null, name: string, optional: boolean }[], replaceable: string[],
 *   fault: string | null, hasFixups: boolean }} `oldest`: the macOS that it is for; `taken`: symbols, of a library, of
 *   the program itself ("") or of whoever has them (null), `optional`: that need not be there; `replaceable`: those of
 *   its own that another library may stand in for; `fault`: of its signature; `hasFixups`: it tells what it takes
 */
export function readMacho(path) {
  const bytes = readFileSync(path);
  const commands = readCommands(bytes, path);
  const find = (kind) => commands.find((one) => one.kind === kind)?.at;
  const libraries = commands
    .filter(({ kind }) => kind === command.library || otherLibraries.includes(kind))
    .map(({ at }) => text(bytes, at + bytes.readUInt32LE(at + 8)));
  const version = find(command.version);
  const isForMacos = version !== undefined && bytes.readUInt32LE(version + 8) === macos;
  const signature = find(command.signature);
  const fixups = find(command.fixups);
  const read = (at, reader) => (fixups === undefined ? [] : reader(part(bytes, fixups + at)));
  const binds = [...read(16, readBinds), ...read(32, (program) => readBinds(program, true))];
  const start = signature === undefined ? 0 : bytes.readUInt32LE(signature + 8);
  return {
    processor: processors.get(bytes.readUInt32LE(4)) ?? `0x${bytes.readUInt32LE(4).toString(16)}`,
    kind: bytes.readUInt32LE(12),
    libraries,
    oldest: isForMacos ? `${bytes.readUInt16LE(version + 14)}.${bytes[version + 13]}` : null,
    exported: read(40, readExports).map(({ name }) => name),
    taken: binds.map(({ library, name, optional }) => ({
      library: library === anyLibrary ? null : (libraries[library - 1] ?? ''),
      name,
      optional,
    })),
    replaceable: read(24, readBinds).map(({ name }) => name),
    fault: signature === undefined ? 'has no signature' : signatureFault(bytes, start),
    hasFixups: fixups !== undefined,
  };
}

function text(bytes, at) {
  return bytes.toString('latin1', at, bytes.indexOf(0, at));
}

/** The symbols of a text-based stub of a library of Apple's and of all that is within it, as one processor has them. */
export function readStub(path, processor) {
  const architecture = processor === 'aarch64' ? 'arm64' : processor;
  const isOurs = (targets) => new RegExp(`\\b${architecture}e?-macos\\b`).test(targets);
  const lists = readFileSync(path, 'utf8').matchAll(
    /targets:\s*\[([^\]]*)\]\s*(?:weak-)?symbols:\s*\[([^\]]*)\]/g,
  );
  return new Set(
    [...lists]
      .filter(([, targets]) => isOurs(targets))
      .flatMap(([, , symbols]) => symbols.split(',').map((name) => name.trim().replaceAll("'", ''))),
  );
}

/** What every macOS has. */
const system = '/usr/lib/libSystem.B.dylib';
export const entrances = ['_napi_register_module_v1', '_node_api_module_get_api_version_v1'];

/**
 * Throws where the addon would not load on a Mac that it is for: it is no library, is for another processor or another
 * macOS, needs another library than the system's or a symbol that this has not or may not have, exports more than its
 * entrances, lets others stand in for what is its own, or its signature is not that of its bytes.
 * @param {{ processor: 'x86_64' | 'aarch64', oldest: string, known: ReadonlySet<string> }} wanted `known`: the symbols
 *   of the system's library
 */
export function checkDarwin(path, { processor, oldest, known }) {
  const found = readMacho(path);
  const isThere = ({ library, name }) => {
    if (library === null) return /^_(napi|node_api)_/.test(name);
    return library === system ? known.has(name) : library !== '';
  };
  const wrong = [
    ...(loadable.includes(found.kind) ? [] : [`is of kind ${found.kind}, which cannot be loaded`]),
    ...(found.processor === processor ? [] : [`is for ${found.processor} and not for ${processor}`]),
    ...(found.oldest === oldest ? [] : [`is for macOS ${found.oldest ?? 'of no version'} and not ${oldest}`]),
    ...(found.hasFixups ? [] : ['does not say in LC_DYLD_INFO what it takes']),
    ...found.libraries.filter((name) => name !== system).map((name) => `needs ${name}`),
    ...found.taken.filter((one) => !isThere(one)).map(({ name }) => `needs ${name}`),
    ...found.taken.filter(({ optional }) => optional).map(({ name }) => `may have to do without ${name}`),
    ...found.replaceable.map((name) => `lets others stand in for ${name}`),
    ...found.exported.filter((name) => !entrances.includes(name)).map((name) => `exports ${name}`),
    ...entrances.filter((name) => !found.exported.includes(name)).map((name) => `does not export ${name}`),
    ...(found.fault === null ? [] : [found.fault]),
  ];
  if (wrong.length > 0) throw new Error(`${path} ${[...new Set(wrong)].join(', ')}.`);
}
