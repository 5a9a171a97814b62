import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProcessName } from '../../shared/lock';

/** Another process, as far as it can be looked into. */
export interface Peer extends ProcessName {
  /** Its TMPDIR as it is written; null: unset or empty, which means /tmp. */
  readonly folder: string | null;
  /** Its namespaces: "ipc:[4026531839]". */
  readonly ipc: string;
  readonly mnt: string;
  /** Its mappings as text (proc_pid_maps(5)). */
  maps(): string;
}

/** Our own namespaces; empty on Windows and macOS, which have none. */
export function ownNamespaces(): Pick<Peer, 'ipc' | 'mnt'> {
  if (process.platform !== 'linux') return { ipc: '', mnt: '' };
  return { ipc: readlinkSync('/proc/self/ns/ipc'), mnt: readlinkSync('/proc/self/ns/mnt') };
}

/** Every process of this pid namespace that we may look into, without us; none on Windows and macOS, which let nobody look. */
export function readablePeers(): readonly Peer[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid): readonly Peer[] => {
      const folder = `/proc/${pid}`;
      try {
        const variables = readFileSync(`${folder}/environ`, 'utf8').split('\0');
        const temporary = variables.find((one) => one.startsWith('TMPDIR='))?.slice('TMPDIR='.length) ?? '';
        return [
          {
            pid: Number(pid),
            name: readFileSync(`${folder}/comm`, 'utf8').trimEnd(),
            folder: temporary === '' ? null : resolve('/', temporary),
            ipc: readlinkSync(`${folder}/ns/ipc`),
            mnt: readlinkSync(`${folder}/ns/mnt`),
            maps: () => mapsOf(folder),
          },
        ];
      } catch {
        return [];
      }
    });
}

function mapsOf(folder: string): string {
  try {
    return readFileSync(`${folder}/maps`, 'utf8');
  } catch {
    return '';
  }
}
