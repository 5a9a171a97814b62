import type { Entry } from './entry';
import type { NativeKey, ProcessKey } from './key';
import type { SharedObject } from './native';

/** Most characters of a name that a key carries. */
const longestName = 200;
const shmFolder = '/dev/shm/';
const gone = ' (deleted)';

/**
 * - posix: a file of /dev/shm with a name here; elsewhere: with a name in another mount namespace
 * - removed: it had a name; memfd: memfd_create(2); anonymous: MAP_SHARED without a file
 * - systemv: of our ipc namespace or of another
 */
export type MemoryKind = 'posix' | 'elsewhere' | 'removed' | 'memfd' | 'anonymous' | 'systemv';

/** A shared mapping of a process as a person may choose it. */
export interface SharedMapping {
  /** Of the segment of this machine that it turns out to be, else of the process. */
  readonly key: NativeKey;
  readonly kind: MemoryKind;
  /** As the system has it: another program chose it. */
  readonly name: string;
  /** Bytes, or as many as are mapped where the size is not known. */
  readonly size: number;
  readonly object: SharedObject;
}

/** What a process has, with the key that leads to each: a segment that is listed here keeps its own. */
export function sharedMappings(
  pid: number,
  { start, objects }: { readonly start: number; readonly objects: readonly SharedObject[] },
  entries: readonly Entry[],
): readonly SharedMapping[] {
  return objects.map((object) => {
    const listed = entries.find(({ info }) =>
      object.shmid === null
        ? info.device === object.device && info.inode === object.inode
        : object.ours && info.shmid === object.shmid,
    );
    const name = nameOf(object.path);
    const size = object.size ?? object.mapped;
    const key = listed?.key ?? processKey(pid, start, object, name);
    return { key, kind: kindOf(object, listed !== undefined), name, size, object };
  });
}

function processKey(pid: number, start: number, object: SharedObject, name: string): NativeKey {
  const { device, inode, shmid, ours } = object;
  // A System V segment of ours that is not listed any more lives on in those who have it.
  if (shmid !== null && ours) return { type: 'systemv-id', shmid };
  const place = shmid === null ? { device: device ?? 0, inode: inode ?? 0 } : { shmid };
  return { type: 'process', pid, start, place, name: cut(name) } satisfies ProcessKey;
}

function kindOf({ path, shmid }: SharedObject, isListed: boolean): MemoryKind {
  if (shmid !== null) return 'systemv';
  if (isListed) return 'posix';
  if (path.startsWith('/memfd:')) return 'memfd';
  if (path === `/dev/zero${gone}` || path.startsWith('[anon_shmem:')) return 'anonymous';
  return path.endsWith(gone) ? 'removed' : 'elsewhere';
}

function nameOf(path: string): string {
  const name = path.endsWith(gone) ? path.slice(0, -gone.length) : path;
  if (name === '/dev/zero') return 'anonymous';
  return name.startsWith(shmFolder) ? name.slice(shmFolder.length) : name.replace(/^\//, '');
}

/** Never within a pair of surrogates. */
function cut(name: string): string {
  return name.slice(0, longestName).replace(/\p{Surrogate}/gu, '');
}
