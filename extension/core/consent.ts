import { SegmentError } from './errors';
import { identityOf } from './identity';
import type { SegmentInfo } from './native';

/** Read by others, of the permission bits (chmod(2)). */
const readByOthers = 0o004;

/**
 * Keeps root from looking by mistake into what is private to another user. The system would let root: it is not
 * opened until the user has said so, once per segment.
 */
export class Consent {
  readonly #given = new Set<string>();

  /** `user`: our effective user id; only root's rights are more than those of a user. */
  constructor(private readonly user: number = process.geteuid?.() ?? -1) {}

  /**
   * Throws `permission-denied` with the rule `private` for a segment that the user has to be asked about first. `look`
   * is called for root only; what it throws, opening will throw too.
   */
  check(look: () => SegmentInfo): void {
    if (this.user !== 0) return;
    const info = attempt(look);
    // The mode of memory without a name says nothing: only who may look into the process comes to it.
    const isOpen = info !== null && info.mechanism !== 'process' && (info.mode & readByOthers) !== 0;
    const isPrivate = info !== null && info.uid !== 0 && !isOpen;
    if (!isPrivate || this.#given.has(identityOf(info))) return;
    throw new SegmentError('permission-denied', 'The segment is private to another user.', {
      rule: 'private',
      owner: info.owner,
      mode: info.mode,
    });
  }

  /** The user wants to look into it. */
  give(info: SegmentInfo): void {
    this.#given.add(identityOf(info));
  }
}

function attempt(look: () => SegmentInfo): SegmentInfo | null {
  try {
    return look();
  } catch {
    return null;
  }
}
