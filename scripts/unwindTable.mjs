// Empties the table by which an unwinder finds a function's entry in .eh_frame sooner than by reading on from its start.
import { readFileSync, writeFileSync } from 'node:fs';
import { readSections } from './elf.mjs';

/** DW_EH_PE_omit (LSB Core, 10.5): not there. */
const omitted = 0xff;

/**
 * Every entry has addresses of its own, which hardly compress: the package is a hundredth smaller without. An exception
 * takes longer, and one is thrown where something has failed. What has no such table is left as it is. Throws an
 * Error where .eh_frame has no end that a reader could find (LSB Core, 10.6.1).
 */
export function emptyUnwindTable(path) {
  const bytes = readFileSync(path);
  const { sections } = readSections(bytes);
  const [header, frames] = ['.eh_frame_hdr', '.eh_frame'].map((wanted) =>
    sections.find(({ name }) => name === wanted),
  );
  if (header === undefined || frames === undefined) return;
  if (!endsItself(bytes, frames)) throw new Error(`The entries of .eh_frame in ${path} have no end.`);
  // Version, how the address of .eh_frame is written, that of the count, that of the table; then the address.
  const [countForm, tableForm, first] = [2, 3, 8];
  bytes[header.offset + countForm] = omitted;
  bytes[header.offset + tableForm] = omitted;
  bytes.fill(0, header.offset + first, header.end);
  writeFileSync(path, bytes);
}

function endsItself(bytes, { offset, end }) {
  let at = offset;
  while (at + 4 <= end) {
    const length = bytes.readUInt32LE(at);
    if (length === 0) return true;
    at += 4 + length;
  }
  return false;
}
