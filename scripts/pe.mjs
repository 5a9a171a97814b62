// What a library of Windows needs and gives, read out of the file itself; and what the addon may need of a machine.
import { readFileSync } from 'node:fs';

const machines = new Map([
  [0x8664, 'X64'],
  [0xaa64, 'ARM64'],
]);

/**
 * Reads a library of PE32+ (Microsoft's "PE Format").
 * @returns {{ machine: string, imports: Map<string, string[]>, exported: string[] }} imports: of each library the names
 *   that are taken from it
 */
export function readPe(path) {
  const bytes = readFileSync(path);
  const header = bytes.length > 64 ? bytes.readUInt32LE(60) : 0;
  const isPe =
    bytes.toString('latin1', 0, 2) === 'MZ' && bytes.toString('latin1', header, header + 4) === 'PE\0\0';
  const optional = header + 24;
  if (!isPe || bytes.readUInt16LE(optional) !== 0x20b) throw new Error(`${path} is no library of PE32+.`);
  const number = bytes.readUInt16LE(header + 4);
  const table = optional + bytes.readUInt16LE(header + 20);
  const sections = Array.from({ length: bytes.readUInt16LE(header + 6) }, (_, index) => {
    const at = table + 40 * index;
    return {
      address: bytes.readUInt32LE(at + 12),
      size: bytes.readUInt32LE(at + 16),
      file: bytes.readUInt32LE(at + 20),
    };
  });
  /** Where in the file is what lies at this address of the image. */
  const place = (address) => {
    const home = sections.find((one) => address >= one.address && address < one.address + one.size);
    if (home === undefined) throw new Error(`${path} leads to ${address}, where it has nothing.`);
    return address - home.address + home.file;
  };
  const text = (address) => {
    const at = place(address);
    return bytes.toString('latin1', at, bytes.indexOf(0, at));
  };
  const directory = (index) => bytes.readUInt32LE(optional + 112 + 8 * index);

  const exported = [];
  const exports = directory(0);
  if (exports !== 0) {
    const at = place(exports);
    const names = bytes.readUInt32LE(at + 24) === 0 ? 0 : place(bytes.readUInt32LE(at + 32));
    for (let index = 0; index < bytes.readUInt32LE(at + 24); ++index) {
      exported.push(text(bytes.readUInt32LE(names + 4 * index)));
    }
  }

  const imports = new Map();
  if (directory(1) !== 0) {
    for (let at = place(directory(1)); bytes.readUInt32LE(at + 12) !== 0; at += 20) {
      const names = [];
      for (let entry = place(bytes.readUInt32LE(at)); ; entry += 8) {
        const name = bytes.readBigUInt64LE(entry);
        if (name === 0n) break;
        names.push(name >> 63n === 1n ? `#${name & 0xffffn}` : text(Number(name) + 2));
      }
      imports.set(text(bytes.readUInt32LE(at + 12)), names);
    }
  }
  return { machine: machines.get(number) ?? `0x${number.toString(16)}`, imports, exported };
}

/** What every Windows 10 and 11 has; the universal C runtime is a part of both. */
const allowed = /^(kernel32|ntdll|api-ms-win-crt-[a-z]+-l1-1-0|api-ms-win-core-synch-l1-2-0)\.dll$/i;
const entrances = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'];

/**
 * Throws where the addon would not load on a Windows that it is for: it is for another processor, needs another library
 * (one of the program too, which may be called node.exe or Code.exe), or exports anything but its entrances.
 * @param {'X64' | 'ARM64'} wanted
 */
export function checkWindows(path, wanted) {
  const { machine, imports, exported } = readPe(path);
  const wrong = [
    ...(machine === wanted ? [] : [`is for ${machine} and not for ${wanted}`]),
    ...[...imports.keys()].filter((name) => !allowed.test(name)).map((name) => `needs ${name}`),
    ...exported.filter((name) => !entrances.includes(name)).map((name) => `exports ${name}`),
    ...entrances.filter((name) => !exported.includes(name)).map((name) => `does not export ${name}`),
  ];
  if (wrong.length > 0) throw new Error(`${path} ${wrong.join(', ')}.`);
}
