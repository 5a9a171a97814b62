import { systemV } from '../ipcKey';
import type { Entry } from '../entry';
import { formatKeyNumber, keyLabel, lockAddress, objectId, type NativeKey } from '../key';
import { hiddenKinds, kindOf, type Kind } from '../kinds/index';
import type { Native } from '../native';
import { qtKeyFiles, type QtKeyFile } from './files';
import {
  keyFilePart,
  posixSemaphorePart,
  segmentPart,
  systemVSemaphorePart,
  uncounted,
  type Part,
} from './parts';
import { posixSemaphores, systemVSemaphores } from './semaphores';

/** What belongs together, in use or not; its parts in the order of removal. */
export interface Group {
  readonly id: string;
  readonly label: string;
  readonly kind: Kind;
  readonly key: NativeKey | null;
  readonly owner: string | null;
  readonly parts: readonly Part[];
}

interface Draft extends Group {
  readonly parts: Part[];
}

/**
 * Puts together every segment, semaphore and key file of the system, as Qt's naming pairs them. Segments of the desktop
 * and those that are removed already are left out with what is theirs.
 */
export function groupObjects(
  native: Native,
  entries: readonly Entry[],
  folders: readonly string[],
): readonly Group[] {
  const drafts = new Map<string, Draft>();
  const files = qtKeyFiles(folders);
  const present = entries.filter(({ info }) => !info.removed);
  const numbers = new Map(present.map((entry) => [entry.info.key, entry]));
  for (const entry of present) {
    const { key, label, kind, info } = entry;
    drafts.set(objectId(key), {
      id: objectId(key),
      label,
      kind,
      key,
      owner: info.owner,
      parts: [segmentPart(entry)],
    });
  }
  // The key files of a group come before its semaphore is looked up by them.
  for (const { memoryPath } of files)
    draftOf(drafts, { type: 'systemv', path: memoryPath, projectId: systemV });
  addSemaphores(native, drafts);
  for (const file of files) addKeyFile(native, drafts, file, numbers);
  return [...drafts.values()].filter(({ kind, parts }) => parts.length > 0 && !hiddenKinds.includes(kind));
}

function draftOf(drafts: Map<string, Draft>, key: NativeKey): Draft {
  const id = objectId(key);
  const known = drafts.get(id);
  if (known) return known;
  const draft = {
    id,
    label: keyLabel(key),
    kind: kindOf({ key, number: null, removed: false }),
    key,
    owner: null,
    parts: [],
  };
  drafts.set(id, draft);
  return draft;
}

/** Each to the group whose lock it is, else to one of its own. */
function addSemaphores(native: Native, drafts: Map<string, Draft>): void {
  const bySysV = new Map<number, Draft>();
  const byName = new Map<string, Draft>();
  for (const draft of drafts.values()) {
    const lock = draft.key && lockAddress(draft.key);
    if (lock && 'name' in lock) byName.set(lock.name, draft);
    const number = lock && 'path' in lock ? ftok(native, lock.path, lock.projectId) : null;
    if (number !== null && !bySysV.has(number)) bySysV.set(number, draft);
  }
  for (const set of systemVSemaphores()) {
    const part = systemVSemaphorePart(native, set);
    const owner = set.key === 0 ? undefined : bySysV.get(set.key);
    if (owner) owner.parts.push(hasSegment(owner) ? part : doubted(part));
    else
      alone(
        drafts,
        `semid:${String(set.semid)}`,
        set.key === 0 ? part.object.name : formatKeyNumber(set.key),
        doubted(part),
      );
  }
  for (const semaphore of posixSemaphores()) {
    const part = posixSemaphorePart(semaphore);
    const owner = byName.get(semaphore.name);
    if (owner) owner.parts.push(part);
    else alone(drafts, `sem:${semaphore.name}`, semaphore.name.slice(1), part);
  }
}

function addKeyFile(
  native: Native,
  drafts: Map<string, Draft>,
  file: QtKeyFile,
  numbers: ReadonlyMap<number | null, Entry>,
): void {
  const draft = draftOf(drafts, { type: 'systemv', path: file.memoryPath, projectId: systemV });
  const number = ftok(native, file.path, systemV);
  // Another key file has the same number, and what is there goes by that one.
  const isTaken =
    number !== null &&
    (file.role === 'memory'
      ? numbers.has(number) && !hasSegment(draft)
      : native.peekLock({ mechanism: 'systemv', key: number }).exists && !hasSemaphore(draft));
  draft.parts.push(keyFilePart(file, isTaken));
}

function alone(drafts: Map<string, Draft>, id: string, label: string, part: Part): void {
  drafts.set(id, { id, label, kind: 'raw', key: null, owner: null, parts: [part] });
}

function doubted(part: Part): Part {
  return { ...part, doubts: [...new Set([...part.doubts, ...uncounted])] };
}

function hasSegment({ parts }: Draft): boolean {
  return parts.some(({ object }) => object.type === 'segment');
}

function hasSemaphore({ parts }: Draft): boolean {
  return parts.some(({ object }) => object.type === 'semaphore');
}

function ftok(native: Native, path: string, projectId: number): number | null {
  try {
    return native.ftok(path, projectId);
  } catch {
    return null;
  }
}
