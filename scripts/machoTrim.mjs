// Takes out of a library of macOS what nobody who loads it needs: the linker within zig leaves every name in it, half of
// the library, and lets other libraries stand in for what is its own. Then signs it, which has to be last.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { command, entrances, part, readCommands } from './macho.mjs';
import { readBinds, readExports, readRebases, writeExports } from './machoFixups.mjs';
import { signatureLength, signatureOf } from './machoSignature.mjs';

/** MH_WEAK_DEFINES and MH_BINDS_TO_WEAK. */
const weak = 0x8000 | 0x10000;
const [external, kindOfSymbol] = [0x1, 0xe];
/** INDIRECT_SYMBOL_LOCAL: a pointer to what has no name. */
const nameless = 0x80000000;
const symbolLength = 16;

/** Leaves the entrances and what is taken of others. The same library gives the same bytes. */
export function trimMacho(path) {
  const bytes = readFileSync(path);
  const image = openImage(bytes, path);
  checkWeak(image);
  const exports = readExports(part(bytes, image.fixups + 40)).filter(({ name }) => entrances.includes(name));
  const { symbols, strings, indirect, counts } = chosenSymbols(image);

  const start = bytes.readUInt32LE(image.link + 40);
  const pieces = [];
  let end = start;
  /** Puts a piece to the end, and its place and length where a load command tells them. */
  const put = (piece, at, count = piece.length) => {
    end = align(end, 8);
    bytes.writeUInt32LE(piece.length === 0 ? 0 : end, at);
    bytes.writeUInt32LE(count, at + 4);
    pieces.push([end, piece]);
    end += piece.length;
  };
  const kept = Object.fromEntries([8, 16, 32].map((at) => [at, Buffer.from(part(bytes, image.fixups + at))]));
  const tables = [command.functions, command.dataInCode].map((kind) => image.find(kind) + 8);
  const contents = tables.map((at) => Buffer.from(part(bytes, at)));
  for (const at of [8, 16]) put(kept[at], image.fixups + at);
  put(Buffer.alloc(0), image.fixups + 24);
  put(kept[32], image.fixups + 32);
  put(writeExports(exports), image.fixups + 40);
  for (const [index, at] of tables.entries()) put(contents[index], at);
  put(symbols, image.symbols + 8, symbols.length / symbolLength);
  put(indirect, image.dynamic + 56, indirect.length / 4);
  put(strings, image.symbols + 16);
  for (const [index, count] of counts.entries()) bytes.writeUInt32LE(count, image.dynamic + 8 + 4 * index);
  bytes.writeUInt32LE(bytes.readUInt32LE(24) & ~weak, 24);

  const signed = align(end, 16);
  const identifier = basename(path);
  const all = Buffer.alloc(signed);
  bytes.copy(all, 0, 0, start);
  for (const [at, piece] of pieces) piece.copy(all, at);
  const length = signatureLength(signed, identifier);
  all.writeBigUInt64LE(BigInt(align(signed + length - start, 0x4000)), image.link + 32);
  all.writeBigUInt64LE(BigInt(signed + length - start), image.link + 48);
  writeCommands(all, image, signed, length);
  writeUuid(all, path);
  const code = { offset: 0, size: Number(all.readBigUInt64LE(segmentOf(all, path, '__TEXT') + 48)) };
  writeFileSync(path, Buffer.concat([all, signatureOf(all, identifier, code)]));
}

function openImage(bytes, path) {
  const commands = readCommands(bytes, path);
  const find = (kind) => commands.find((one) => one.kind === kind)?.at;
  return {
    bytes,
    path,
    commands,
    find,
    fixups: find(command.fixups),
    symbols: find(command.symbols),
    dynamic: find(command.dynamicSymbols),
    link: segmentOf(bytes, path, '__LINKEDIT'),
  };
}

function segments(bytes, path) {
  return readCommands(bytes, path)
    .filter(({ kind }) => kind === command.segment)
    .map(({ at }) => at);
}

function segmentOf(bytes, path, name) {
  return segments(bytes, path).find((at) =>
    bytes.toString('latin1', at + 8, at + 24).startsWith(`${name}\0`),
  );
}

/**
 * Throws where a pointer that another library may set would be nothing without it. It must lead into the library, and be
 * moved with it.
 */
function checkWeak({ bytes, path, fixups }) {
  const homes = segments(bytes, path);
  const name = ({ segment, offset }) => `${segment} ${offset}`;
  const moved = new Set(readRebases(part(bytes, fixups + 8)).map(name));
  const bound = new Set(readBinds(part(bytes, fixups + 32), true).map(name));
  for (const one of readBinds(part(bytes, fixups + 24))) {
    const target = bytes.readBigUInt64LE(Number(bytes.readBigUInt64LE(homes[one.segment] + 40)) + one.offset);
    if (!moved.has(name(one)) || bound.has(name(one)) || target === 0n)
      throw new Error(`${path} has ${one.name} only where another library gives it.`);
  }
}

/** The symbols with their names, for the pointers that are told by a symbol's number: first ours, then others'. */
function chosenSymbols({ bytes, symbols, dynamic }) {
  const table = bytes.readUInt32LE(symbols + 8);
  const names = bytes.readUInt32LE(symbols + 16);
  const all = Array.from({ length: bytes.readUInt32LE(symbols + 12) }, (_, index) => {
    const entry = Buffer.from(
      bytes.subarray(table + symbolLength * index, table + symbolLength * (index + 1)),
    );
    const at = names + entry.readUInt32LE(0);
    const name = bytes.toString('latin1', at, bytes.indexOf(0, at));
    return { entry, name, index, isTaken: (entry[4] & kindOfSymbol) === 0 && (entry[4] & external) !== 0 };
  });
  const own = all.filter(({ name, isTaken }) => !isTaken && entrances.includes(name));
  const taken = all.filter(({ isTaken }) => isTaken);
  const chosen = [...own, ...taken];
  const texts = ['\0'];
  let length = 1;
  for (const { entry, name } of chosen) {
    entry.writeUInt32LE(length, 0);
    texts.push(`${name}\0`);
    length += name.length + 1;
  }
  const places = new Map(chosen.map(({ index }, place) => [index, place]));
  const first = bytes.readUInt32LE(dynamic + 56);
  const indirect = Buffer.alloc(4 * bytes.readUInt32LE(dynamic + 60));
  for (let at = 0; at < indirect.length; at += 4)
    indirect.writeUInt32LE(places.get(bytes.readUInt32LE(first + at)) ?? nameless, at);
  return {
    symbols: Buffer.concat(chosen.map(({ entry }) => entry)),
    strings: Buffer.from(texts.join(''), 'latin1'),
    indirect,
    counts: [0, 0, 0, own.length, own.length, taken.length],
  };
}

/** Without that of the loader, which only programs have, and with that of the signature. */
function writeCommands(all, { commands, path }, signed, length) {
  const first = commands[0].at;
  const end = commands.at(-1).at + commands.at(-1).length;
  const kept = commands
    .filter(({ kind }) => kind !== command.loader && kind !== command.signature)
    .map(({ at, length: size }) => Buffer.from(all.subarray(at, at + size)));
  const signature = Buffer.alloc(16);
  for (const [index, word] of [command.signature, 16, signed, length].entries())
    signature.writeUInt32LE(word, 4 * index);
  const written = Buffer.concat([...kept, signature]);
  if (first + written.length > end) throw new Error(`${path} has no room for the place of its signature.`);
  all.fill(0, first, end);
  written.copy(all, first);
  all.writeUInt32LE(kept.length + 1, 16);
  all.writeUInt32LE(written.length, 20);
}

/** Of the bytes alone. */
function writeUuid(all, path) {
  const at = readCommands(all, path).find(({ kind }) => kind === command.uuid).at + 8;
  all.fill(0, at, at + 16);
  const digest = createHash('sha256').update(all).digest().subarray(0, 16);
  digest[6] = (digest[6] & 0x0f) | 0x50;
  digest[8] = (digest[8] & 0x3f) | 0x80;
  digest.copy(all, at);
}

function align(value, unit) {
  return Math.ceil(value / unit) * unit;
}
