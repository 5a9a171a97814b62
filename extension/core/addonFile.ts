import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Why the addon cannot be used:
 * - absent: the package has none, as the one for every platform
 * - foreign: it was made for another platform
 * - damaged: its bytes are not those that were packed, or no library at all
 * - refused: the system does not load it, and says why
 */
export type AddonFault = 'absent' | 'foreign' | 'damaged' | 'refused';

/** What keeps an addon from being loaded; `found`: the platform it was made for, or what the system says. */
export interface AddonFinding {
  readonly fault: AddonFault;
  readonly found?: string;
}

/** The file beside an addon with its SHA-256 in hex, which the packaging writes. */
const digestOf = (file: string): string => file.replace(/\.node$/, '.sha256');

/**
 * Looks at an addon before it is loaded: to load a damaged one could end the process. Null: nothing speaks against it.
 * Throws nothing.
 */
export function inspectAddon(file: string): AddonFinding | null {
  try {
    const bytes = readFileSync(file);
    const made = platformOf(bytes);
    if (made === null || !isWhole(bytes, digestOf(file))) return { fault: 'damaged' };
    return made === `${process.platform}-${process.arch}` ? null : { fault: 'foreign', found: made };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? { fault: 'absent' } : { fault: 'refused', found: message };
  }
}

/** A checkout that was built here has no digest. */
function isWhole(bytes: Buffer, digestFile: string): boolean {
  let digest: string;
  try {
    digest = readFileSync(digestFile, 'latin1');
  } catch {
    return true;
  }
  return createHash('sha256').update(bytes).digest('hex') === digest;
}

/**
 * What a library was made for, as PLATFORM-ARCHITECTURE in Node's words, by the first bytes of its format (ELF gABI
 * chapter 4; Microsoft, PE Format; mach-o/loader.h). Null where they are of none.
 */
function platformOf(bytes: Buffer): string | null {
  const machine = (at: number): number => (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0);
  const word = (at: number): number => (at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0);
  if (word(0) === 0x464c457f) return named('linux', machine(18), elfMachines);
  if (machine(0) === 0x5a4d && word(word(0x3c)) === 0x4550)
    return named('win32', machine(word(0x3c) + 4), peMachines);
  if (word(0) === 0xfeedfacf) return named('darwin', word(4), machMachines);
  return null;
}

function named(platform: string, machine: number, machines: Readonly<Record<number, string>>): string {
  return `${platform}-${machines[machine] ?? `0x${machine.toString(16)}`}`;
}

const elfMachines = { 3: 'ia32', 40: 'arm', 62: 'x64', 183: 'arm64', 243: 'riscv64' };
const peMachines = { 0x14c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };
const machMachines = { 0x1000007: 'x64', 0x100000c: 'arm64' };
