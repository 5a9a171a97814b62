import { existsSync } from 'node:fs';
import { attachedAll, describedInListing } from '../attached';
import { collisions } from '../collisions';
import { segmentError } from '../errors';
import { formatKey, objectId, sameKey, segmentAddress, type NativeKey } from '../key';
import { findLeftovers, type Look } from '../leftovers/find';
import type { SegmentInfo } from '../native';
import { scarce, spaceNow } from '../space';
import { peersApart } from './apart';
import { causes, type Finding, type Question } from './finding';
import { lockFindings } from './locks';

/** What a container gets for /dev/shm unless it is told otherwise, bytes. */
const containerDefault = 64 * 1024 * 1024;

/**
 * Finds causes with their evidence, the likeliest first. Looks at the system as it is now and changes nothing. For an error
 * only what can be its cause; where nothing is found of that, everything. Empty: nothing speaks against the key.
 */
export async function explain(look: Look, { key, text, error }: Question): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  if (key !== null) found.push(...(await aboutKey(look, key, text)));
  found.push(...(await aboutSpace(look, key, error)));
  const wanted = error && causes[error.code];
  const fitting = wanted ? found.filter(({ code }) => wanted.includes(code)) : found;
  return fitting.length > 0 ? fitting : found;
}

async function aboutKey(look: Look, key: NativeKey, text: string | null): Promise<readonly Finding[]> {
  const { native } = look;
  const { info, denied } = infoOf(look, key);
  const leftover = (await findLeftovers(look)).find(({ id }) => id === objectId(key));
  return [
    ...(denied ? [{ code: 'other-user', owner: denied.owner, mode: denied.mode, lock: false } as const] : []),
    ...(info === null ? missing(key) : await present(look, key, info)),
    ...(leftover ? [{ code: 'left-behind', leftover } as const] : []),
    ...(await otherSenses(look, key, text)),
    ...(await lockFindings(look.native, key, info)),
    ...peersApart(native, key, info !== null),
  ];
}

/** `denied`: what the listing says of one that we may not open. */
function infoOf(
  { native }: Look,
  key: NativeKey,
): { readonly info: SegmentInfo | null; readonly denied: SegmentInfo | null } {
  try {
    const info = native.info(segmentAddress(key));
    const isClosed = !mayUse(info);
    return { info: info.removed ? null : info, denied: isClosed ? info : null };
  } catch (error) {
    const denied = segmentError(error).code === 'permission-denied' ? describedInListing(native, key) : null;
    return { info: denied, denied };
  }
}

/** Whether its mode lets us read and write, which is what Qt asks for. */
function mayUse({ uid, gid, mode }: SegmentInfo): boolean {
  const us = process.getuid?.();
  if (us === 0) return true;
  // Windows has no such bits: those of the owner say what we may do.
  if (us === undefined) return ((mode >> 6) & 6) === 6;
  const shift = uid === us ? 6 : (process.getgroups?.() ?? []).includes(gid) ? 3 : 0;
  return ((mode >> shift) & 6) === 6;
}

function missing(key: NativeKey): readonly Finding[] {
  if (key.type !== 'systemv') return [{ code: 'no-segment', id: formatKey(key) }];
  const { path } = key;
  return [existsSync(path) ? { code: 'stale-key-file', path } : { code: 'no-key-file', path }];
}

async function present({ native }: Look, key: NativeKey, info: SegmentInfo): Promise<readonly Finding[]> {
  const { size, owner, mode } = info;
  const id = formatKey(key);
  const others = await attachedAll(native, key).catch(() => ({
    attached: [],
    unseen: info.attachCount ?? 0,
  }));
  return [
    { code: 'exists', id, size, owner, mode, ...others },
    ...(size === 0 ? [{ code: 'zero-size', id } as const] : []),
  ];
}

async function otherSenses(look: Look, key: NativeKey, text: string | null): Promise<readonly Finding[]> {
  if (text === null || key.type === 'systemv-id') return [];
  const chosen = { meaning: 'native-key', key } as const;
  const wanted = formatKey(key);
  return (await collisions(look.native, text, chosen, look.folders())).flatMap(
    (collision): readonly Finding[] => {
      const id = formatKey(collision.key);
      if (collision.why === 'leftover-lock') return [{ code: 'lock-without-segment', id }];
      if (sameKey(collision.key, key)) return [];
      return [{ code: collision.why === 'same-ftok-number' ? 'same-number' : 'other-sense', id, wanted }];
    },
  );
}

async function aboutSpace(
  { native }: Look,
  key: NativeKey | null,
  error: Question['error'],
): Promise<readonly Finding[]> {
  const space = await spaceNow();
  const isPosix = key === null || key.type === 'posix';
  const { size } = error?.facts ?? {};
  const mechanism = process.platform === 'win32' ? 'windows' : isPosix ? 'posix' : 'systemv';
  const { free, maximumSize } = native.limits(mechanism);
  const room = mechanism === 'systemv' ? maximumSize : free;
  const folder = isPosix ? (space.posix?.most ?? null) : null;
  return [
    ...(size !== undefined && room !== null && size > room
      ? [{ code: 'too-large', size, most: room } as const]
      : []),
    ...(scarce(space).length > 0 || error?.code === 'out-of-resources'
      ? [{ code: 'little-space', space } as const]
      : []),
    ...(folder !== null && folder <= containerDefault
      ? [{ code: 'small-folder', size: folder } as const]
      : []),
  ];
}
