import { randomUUID } from 'node:crypto';
import { l10n, window } from 'vscode';
import { findLocks } from '../../core/locks/findLocks';
import { LockScene } from '../../core/locks/lockScene';
import type { OpenSegment } from '../../core/openSegment';
import { fill } from '../../shared/fill';
import type { LockReason, LockSuggestion } from '../../shared/lockSuggestion';
import type { LockSort } from '../../shared/lockWords';
import type { PlacedLock } from '../../shared/placedLock';
import { askChoice, askText } from '../ask';
import type { Context } from '../context';
import { lockTitle, natureText, refusalText, sortText, stateText } from '../lockTexts';
import { withProgress } from '../progress';
import { hexText } from '../text';
import type { Viewer } from '../viewer';
import { checkLock } from './lockPlace';
import { parseSemaphore, semaphoreNote } from './semaphoreName';

/** Most segments are looked through by then. */
const afterMs = 300;

/** Looks through the bytes for what looks like a lock, and adds those that the user picks. */
export async function findLocksInSegment({ door, locks }: Context, viewer: Viewer): Promise<void> {
  const { native } = door.open();
  const segment = segmentOf(viewer);
  const layout = await layoutOf({ door, locks }, segment);
  const title = l10n.t('Looking for locks');
  const { size } = segment;
  const { suggestions, capped } = await withProgress(
    title,
    (report, signal) =>
      findLocks({
        layout,
        read: (offset, target) => segment.read(offset, target),
        size,
        nextData: (offset) => segment.nextData(offset),
        lives: (tid) => native.threadEntry(tid) !== null,
        progress: (position) => {
          report(position / size);
        },
        signal,
      }),
    afterMs,
  );
  const known = new Set(locks.of(segment.key).map((lock) => (lock.place === 'bytes' ? lock.offset : null)));
  const fresh = suggestions.filter(({ offset }) => !known.has(offset));
  if (fresh.length === 0) {
    void window.showInformationMessage(
      l10n.t(
        'Nothing here looks like a lock that is not on the list. One that was never taken is only zeros.',
      ),
    );
    return;
  }
  const picked = await window.showQuickPick(fresh.map(suggestionItem), {
    title: capped
      ? fill(l10n.t('The first {0} {0:place|places} that look like a lock'), [fresh.length])
      : fill(l10n.t('{0} {0:place looks|places look} like a lock'), [fresh.length]),
    placeHolder: l10n.t('Those that are picked are added to the list'),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  for (const { value } of picked ?? []) {
    await locks.add(segment.key, { ...fromBytes(value.sort, value.offset), counts: false });
  }
}

/** Adds the lock that begins at the cursor; refuses bytes that are none, naming the rule. */
export async function addLock({ door, locks }: Context, viewer: Viewer): Promise<void> {
  const segment = segmentOf(viewer);
  const offset = viewer.cursor.start;
  const layout = await layoutOf({ door, locks }, segment);
  const sorts = [
    ['mutex', false, 'pthread_mutex_t, interprocess_mutex'],
    ['rwlock', false, 'pthread_rwlock_t'],
    ['semaphore', false, 'sem_t, interprocess_semaphore'],
    ['semaphore', true, 'sem_t, interprocess_semaphore'],
  ] as const;
  const chosen = await askChoice(
    l10n.t('Add Lock at {0}', hexText(offset)),
    sorts.map(([sort, counts, description]) => ({
      label: counts ? l10n.t('Counting semaphore') : sortText[sort](),
      description,
      value: { ...fromBytes(sort, offset), counts },
    })),
  );
  if (chosen === undefined) return;
  checkLock(segment, chosen.sort, offset, layout);
  await locks.add(segment.key, chosen);
}

/** Pairs a semaphore that has a name of its own with the segment. */
export async function pairSemaphore({ door, locks }: Context, viewer: Viewer): Promise<void> {
  const { native } = door.open();
  const segment = segmentOf(viewer);
  const title = l10n.t('Pair Semaphore');
  const text = await askText({
    title,
    prompt: l10n.t(
      'A name such as /name, a key such as 0x51000001, a key file such as /tmp/key, or systemv-id:7; [2] after it means the third of a System V set',
    ),
    check: parseSemaphore,
    note: (typed) => semaphoreNote(native, parseSemaphore(typed)),
  });
  if (text === undefined) return;
  const counts = await askChoice(title, [
    { label: l10n.t('A lock'), description: l10n.t('1 is free, 0 is held, more is damage'), value: false },
    { label: l10n.t('A counter'), description: l10n.t('any value is right'), value: true },
  ]);
  if (counts === undefined) return;
  const semaphore = parseSemaphore(text);
  await locks.add(segment.key, { id: randomUUID(), label: '', counts, place: 'named', semaphore });
}

/** Takes a lock off the list. */
export async function removeLock({ locks }: Context, viewer: Viewer): Promise<void> {
  const { key } = segmentOf(viewer);
  const placed = locks.of(key);
  if (placed.length === 0) throw new Error(l10n.t('No lock was added to this segment.'));
  const id = await askChoice(
    l10n.t('Remove Lock from List'),
    placed.map((lock) => ({ label: lockTitle({ placed: lock, nature: null }), value: lock.id })),
  );
  if (id !== undefined) await locks.remove(key, id);
}

/** The segment on show. Throws where there is none. */
export function segmentOf({ document }: Viewer): OpenSegment {
  if (document === null) throw new Error(l10n.t('Open a live view first.'));
  return document.segment;
}

async function layoutOf({ door, locks }: Pick<Context, 'door' | 'locks'>, segment: OpenSegment) {
  const scene = new LockScene(door.open().native, segment, () => locks.of(segment.key));
  await scene.inspect();
  if (scene.layout === null) throw new Error(refusalText(null));
  return scene.layout;
}

function fromBytes(sort: LockSort, offset: number) {
  return { id: randomUUID(), label: '', place: 'bytes', sort, offset } as const satisfies Partial<PlacedLock>;
}

function suggestionItem(value: LockSuggestion) {
  const { sort, offset, decoded, reasons, certainty } = value;
  return {
    label: l10n.t('{0} at {1}', natureText(sort, decoded.nature), hexText(offset)),
    description: stateText(decoded),
    detail: reasons.map((reason) => reasonTexts[reason]()).join(' · '),
    picked: certainty === 'likely',
    value,
  };
}

const reasonTexts: Readonly<Record<LockReason, () => string>> = {
  kind: () => l10n.t('a kind for several processes, among zeros'),
  scope: () => l10n.t('the mark of a semaphore for several processes'),
  writer: () => l10n.t('words that only a writer leaves'),
  owner: () => l10n.t('its words agree on an owner'),
  'owner-lives': () => l10n.t('the owner lives'),
  waiters: () => l10n.t('somebody waits'),
  boost: () => l10n.t('where Boost.Interprocess has its own'),
};
