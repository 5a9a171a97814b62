import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { formatLegacyName, parseLegacyName, type LegacyRole } from '../legacyName';

/** A key file that Qt made, as lies in a temporary folder. */
export interface QtKeyFile {
  readonly path: string;
  readonly role: LegacyRole;
  /** The key file of the memory that it goes with, which for `memory` is itself. */
  readonly memoryPath: string;
  readonly identity: string;
  readonly uid: number;
  readonly usedMs: number;
}

/** What tells a file from another that takes its name. */
export function fileIdentity({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${String(dev)}:${String(ino)}`;
}

/** The key files in these folders: plain and empty, as Qt leaves them; what has content is somebody's file. */
export function qtKeyFiles(folders: readonly string[]): readonly QtKeyFile[] {
  return [...new Set(folders.flatMap(canonical))].flatMap((folder) =>
    namesOf(folder).flatMap((name) => {
      const parsed = name.startsWith('qipc_') ? parseLegacyName(name) : null;
      const path = join(folder, name);
      const stat = parsed === null ? null : keyFileStat(path);
      if (parsed === null || stat === null) return [];
      const memoryPath = join(folder, formatLegacyName({ ...parsed, role: 'memory' }));
      const { uid, ctimeMs } = stat;
      return [{ path, role: parsed.role, memoryPath, identity: fileIdentity(stat), uid, usedMs: ctimeMs }];
    }),
  );
}

/** null where there is no plain and empty file. */
export function keyFileStat(path: string): Stats | null {
  try {
    const stat = lstatSync(path);
    return stat.isFile() && stat.size === 0 ? stat : null;
  } catch {
    return null;
  }
}

function namesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function canonical(folder: string): readonly string[] {
  try {
    return [realpathSync(folder)];
  } catch {
    return [];
  }
}
