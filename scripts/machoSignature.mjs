// The code signature of a library for macOS, without an identity ("ad hoc"): SHA-256 of each page, as the kernel checks
// them when it loads a page (xnu, osfmk/kern/cs_blobs.h). On Apple's processors nothing is loaded without one.
import { createHash } from 'node:crypto';

const pageBits = 12;
const page = 1 << pageBits;
const [superBlob, codeDirectory] = [0xfade0cc0, 0xfade0c02];
/** Version 0x20400 of a code directory: with the bounds of what may be executed. */
const [version, headLength] = [0x20400, 88];
/** No identity, and made by a linker, which whoever signs later may replace. */
const flags = 0x2 | 0x20000;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

/** How long the signature of a library is that has this many bytes before it. */
export function signatureLength(signed, identifier) {
  return align(hashesAt(identifier) + 32 * Math.ceil(signed / page), 16);
}

/**
 * @param {Buffer} bytes all that stands before the signature; says of itself already where that is
 * @param {string} identifier the name of the library
 * @param {{ offset: number, size: number }} code where in the file is what is executed
 */
export function signatureOf(bytes, identifier, code) {
  const signature = Buffer.alloc(signatureLength(bytes.length, identifier));
  const hashes = hashesAt(identifier);
  const length = hashes + 32 * Math.ceil(bytes.length / page);
  const words = [superBlob, length, 1, 0, 20];
  const directory = [codeDirectory, length - 20, version, flags, hashes - 20, headLength, 0];
  for (const [index, word] of [...words, ...directory].entries()) signature.writeUInt32BE(word, index * 4);
  signature.writeUInt32BE(Math.ceil(bytes.length / page), 20 + 28);
  signature.writeUInt32BE(bytes.length, 20 + 32);
  signature.set([32, 2, 0, pageBits], 20 + 36);
  signature.writeBigUInt64BE(BigInt(code.offset), 20 + 64);
  signature.writeBigUInt64BE(BigInt(code.size), 20 + 72);
  signature.write(identifier, 20 + headLength, 'latin1');
  for (let at = 0; at < bytes.length; at += page)
    signature.set(sha256(bytes.subarray(at, at + page)), hashes + (32 * at) / page);
  return signature;
}

/**
 * What is wrong with the signature of a library, which is the last of its bytes; null where nothing is.
 * @param {Buffer} bytes of the whole library
 * @param {number} start where the signature is
 */
export function signatureFault(bytes, start) {
  if (start + signatureLength(0, '') > bytes.length) return 'has a signature beyond its end';
  const [kind, , count, , at] = [0, 4, 8, 12, 16].map((offset) => bytes.readUInt32BE(start + offset));
  const directory = start + at;
  if (kind !== superBlob || count < 1 || bytes.readUInt32BE(directory) !== codeDirectory)
    return 'has a signature without a code directory';
  const [hashes, slots, signed] = [16, 28, 32].map((offset) => bytes.readUInt32BE(directory + offset));
  const [hashLength, hashKind, , bits] = bytes.subarray(directory + 36);
  if (hashLength !== 32 || hashKind !== 2) return 'has a signature of another kind than SHA-256';
  if (signed !== start || slots !== Math.ceil(signed / 2 ** bits)) return 'has a signature of other bytes';
  for (let slot = 0; slot < slots; ++slot) {
    const own = bytes.subarray(slot * 2 ** bits, Math.min(signed, (slot + 1) * 2 ** bits));
    const at = directory + hashes + 32 * slot;
    if (!sha256(own).equals(bytes.subarray(at, at + 32))) return `has a signature of another page ${slot}`;
  }
  return null;
}

function hashesAt(identifier) {
  return align(20 + headLength + Buffer.byteLength(identifier) + 1, 16);
}

function align(value, unit) {
  return Math.ceil(value / unit) * unit;
}
