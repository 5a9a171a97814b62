// Empties the table by which an unwinder finds a function's entry in .eh_frame sooner than by reading on from its start.
import { readFileSync, writeFileSync } from 'node:fs';

/** DW_EH_PE_omit (LSB Core, 10.5): not there. */
const omitted = 0xff;

/**
 * Every entry has addresses of its own, which hardly compress: the package is a hundredth smaller without. An exception
 * costs some 50 us more, and one is thrown where something has failed. What has no such table is left as it is. Throws an
 * Error where .eh_frame has no end that a reader could find (LSB Core, 10.6.1).
 */
export function emptyUnwindTable(path) {
  const bytes = readFileSync(path);
  const header = sectionOf(bytes, '.eh_frame_hdr');
  const frames = sectionOf(bytes, '.eh_frame');
  if (header === null || frames === null) return;
  if (!endsItself(bytes, frames)) throw new Error(`The entries of .eh_frame in ${path} have no end.`);
  // Version, how the address of .eh_frame is written, that of the count, that of the table; then the address.
  const [countForm, tableForm, first] = [2, 3, 8];
  bytes[header.offset + countForm] = omitted;
  bytes[header.offset + tableForm] = omitted;
  bytes.fill(0, header.offset + first, header.offset + header.size);
  writeFileSync(path, bytes);
}

function endsItself(bytes, { offset, size }) {
  let at = offset;
  while (at + 4 <= offset + size) {
    const length = bytes.readUInt32LE(at);
    if (length === 0) return true;
    at += 4 + length;
  }
  return false;
}

/** Of a little-endian file of 32 or 64 bits (System V ABI, chapter 4). */
function sectionOf(bytes, wanted) {
  const wide = bytes[4] === 2;
  const word = (at) => (wide ? Number(bytes.readBigUInt64LE(at)) : bytes.readUInt32LE(at));
  const [table, width, count] = wide ? [word(40), 58, 60] : [word(32), 46, 48];
  const at = (index) => table + index * bytes.readUInt16LE(width);
  const place = (index) => ({
    offset: word(at(index) + (wide ? 24 : 16)),
    size: word(at(index) + (wide ? 32 : 20)),
  });
  const names = place(bytes.readUInt16LE(count + 2)).offset;
  for (let index = 0; index < bytes.readUInt16LE(count); ++index) {
    const start = names + bytes.readUInt32LE(at(index));
    if (bytes.toString('latin1', start, bytes.indexOf(0, start)) === wanted) return place(index);
  }
  return null;
}
