import { l10n } from 'vscode';
import { formatKeyNumber } from '../core/key';
import type { SeenLock } from '../core/locks/lockScene';
import type { Deadlock } from '../shared/deadlock';
import { fill } from '../shared/fill';
import type { LockFinding } from '../shared/lockFinding';
import type { LockHolder, LockReport } from '../shared/lockReport';
import type { LockRow } from '../shared/lockRow';
import type { LayoutRefusal, LockCertainty, LockNature, LockSort } from '../shared/lockWords';
import type { PlacedLock } from '../shared/placedLock';
import { shortName } from '../shared/visibleName';
import { standsAtStop } from './debug/standing';
import { grouped, hexText, processesText, processText } from './text';

/** What a process is called, '' where that is not known. */
export type NameOf = (pid: number) => string;

/** A lock as the view shows it. */
export function lockRow({ report, findings }: SeenLock, strip: readonly number[], nameOf: NameOf): LockRow {
  const { id, placed, state, sinceMs, sinceFirstLook } = report;
  return {
    id,
    state,
    words: stateText(report),
    kind: kindText(report),
    offset: placed?.place === 'bytes' ? placed.offset : null,
    name: placed === null ? '' : nameText(placed),
    facts: factsOf(report),
    certainty: certainties[report.certainty](),
    sinceMs,
    sinceFirstLook,
    troubles: findings.map((finding) => findingText(finding, nameOf)),
    isPlaced: placed !== null,
    strip,
  };
}

/** What a lock is called in a sentence or a list: "Mutex, robust at 0x40", "/name". */
export function lockTitle(report: Pick<LockReport, 'placed' | 'nature'>): string {
  const { placed } = report;
  if (placed === null) return kindText(report);
  if (placed.place === 'named' || placed.label !== '') return shortName(nameText(placed));
  return l10n.t('{0} at {1}', kindText(report), hexText(placed.offset));
}

/** Threads that wait for one another, as one sentence that follows the circle. */
export function deadlockText(
  { links, certainty }: Deadlock,
  seen: readonly SeenLock[],
  nameOf: NameOf,
): string {
  const titleOf = (lock: string): string => {
    const found = seen.find(({ report }) => report.id === lock);
    return found === undefined ? lock : lockTitle(found.report);
  };
  const who = ({ pid, tid }: { readonly pid: number; readonly tid: number }): string =>
    threadText(processText({ pid, name: nameOf(pid) }), tid === pid ? null : tid);
  const [first] = links;
  if (first === undefined) return '';
  const parts = [
    l10n.t('{0} waits for {1}', who(first), titleOf(first.lock)),
    ...links.slice(1).map((link) => l10n.t('held by {0}, who waits for {1}', who(link), titleOf(link.lock))),
    l10n.t('held by {0}', who(first)),
  ];
  const circle = parts.join(', ');
  return certainty === 'certain' ? circle : `${circle} (${certainties[certainty]()})`;
}

/** What is wrong, as a sentence. */
export function findingText(finding: LockFinding, nameOf: NameOf): string {
  switch (finding.code) {
    case 'holder-dead':
      return l10n.t('{0} died while it held the lock: nobody gives it back.', holderText(finding.holder));
    case 'owner-died':
      return l10n.t('Its holder died. The next program that takes it is told, and repairs the data.');
    case 'not-recoverable':
      return l10n.t('It was given back with the data not repaired: no program can take it any more.');
    case 'above-one':
      return l10n.t('Its value is {0}: more than one program can hold it at once.', finding.value);
    case 'abandoned':
      return l10n.t('It is held, but no process has it open: nobody gives it back.');
    case 'all-wait':
      return l10n.t('Every process that has it open waits for it: {0}.', usersText(finding.pids, nameOf));
    case 'replaced': {
      const old = usersText(
        finding.old.flatMap(({ pids }) => pids),
        nameOf,
      );
      return finding.current === null || finding.current.pids.length === 0
        ? l10n.t('It was removed or replaced: {0} still use the old one.', old)
        : l10n.t(
            'It was replaced: {0} use the old one, {1} the new one. They do not wait for one another.',
            old,
            usersText(finding.current.pids, nameOf),
          );
    }
  }
}

/** Who holds it: process and thread. */
export function holderText({ pid, name, tid }: LockHolder): string {
  if (pid === null) return l10n.t('thread {0}', tid ?? '?');
  return threadText(processText({ pid, name }), tid === pid ? null : tid);
}

/** The sorts of lock in bytes. */
export const sortText: Readonly<Record<LockSort, () => string>> = {
  mutex: () => l10n.t('Mutex'),
  rwlock: () => l10n.t('Read-write lock'),
  semaphore: () => l10n.t('Semaphore'),
};

/** A sort of lock with how it was made. */
export function natureText(sort: LockSort, nature: LockNature | null): string {
  const kinds = {
    normal: [],
    recursive: [l10n.t('recursive')],
    errorcheck: [l10n.t('error-checking')],
    adaptive: [l10n.t('adaptive')],
  };
  return [
    sortText[sort](),
    ...(nature?.kind ? kinds[nature.kind] : []),
    ...(nature?.robust === true ? [l10n.t('robust')] : []),
    ...(nature?.priority === 'inherit' ? [l10n.t('priority inheritance')] : []),
    ...(nature?.priority === 'protect' ? [l10n.t('priority ceiling')] : []),
  ].join(', ');
}

/** The state in words. */
export function stateText(
  report: Pick<LockReport, 'state' | 'readers' | 'value'> & Partial<Pick<LockReport, 'refusal'>>,
): string {
  switch (report.state) {
    case 'none':
      return l10n.t('Not there');
    case 'free':
      return l10n.t('Free');
    case 'held':
      return l10n.t('Held');
    case 'ours':
      return l10n.t('Held by this window');
    case 'read':
      return fill(l10n.t('Held by {0} {0:reader|readers}'), [report.readers ?? 1]);
    case 'stale':
      return l10n.t('Stale');
    case 'owner-died':
      return l10n.t('Holder died');
    case 'inconsistent':
      return l10n.t('Held, data not repaired yet');
    case 'not-recoverable':
      return l10n.t('Lost');
    case 'damaged':
      return l10n.t('Damaged');
    case 'unreadable':
      return l10n.t('Not readable');
    case 'unsupported':
      return refusalText(report.refusal ?? null);
    case 'nonsense':
      return l10n.t('These bytes are no such lock');
  }
}

/** Why the locks of a program cannot be read. */
export function refusalText(refusal: LayoutRefusal | null): string {
  return refusal === 'library'
    ? l10n.t('Not known: the program uses another C library than glibc')
    : l10n.t('Not known on this processor');
}

function kindText({ placed, nature }: Pick<LockReport, 'placed' | 'nature'>): string {
  if (placed === null) return l10n.t('Lock of the segment');
  if (placed.counts) return l10n.t('Counting semaphore');
  return placed.place === 'bytes' ? natureText(placed.sort, nature) : sortText.semaphore();
}

function nameText(placed: PlacedLock): string {
  if (placed.label !== '' || placed.place === 'bytes') return placed.label;
  const { semaphore } = placed;
  if ('name' in semaphore) return semaphore.name;
  const which = semaphore.semnum === undefined ? '' : `[${String(semaphore.semnum)}]`;
  if ('path' in semaphore) return semaphore.path + which;
  return ('key' in semaphore ? formatKeyNumber(semaphore.key) : `semid ${String(semaphore.semid)}`) + which;
}

function factsOf({ state, holder, waiters, depth, value, maximum, placed }: LockReport): readonly string[] {
  const isHeld = state === 'held' || state === 'stale';
  return [
    ...(holder === null ? [] : [holderText(holder)]),
    ...(holder !== null && isHeld && standsAtStop(holder.pid) ? [l10n.t('stands at a stop')] : []),
    ...(holder === null && isHeld ? [l10n.t('holder unknown')] : []),
    ...(holder?.life === 'unknown' ? [l10n.t('not seen among the processes')] : []),
    ...(waiters === 'some' ? [l10n.t('some waiting')] : []),
    ...(typeof waiters === 'number' && waiters > 0 ? [l10n.t('{0} waiting', waiters)] : []),
    ...(depth !== null && depth > 1 ? [fill(l10n.t('taken {0} {0:time|times}'), [depth])] : []),
    ...(value !== null ? valueFacts(value, maximum, placed?.counts === true) : []),
  ];
}

function valueFacts(value: number, maximum: number | null, counts: boolean): readonly string[] {
  if (maximum !== null) return [l10n.t('value {0} of at most {1}', grouped(value), grouped(maximum))];
  return counts ? [l10n.t('value {0}', value)] : [];
}

const certainties: Readonly<Record<LockCertainty, () => string>> = {
  certain: () => l10n.t('certain'),
  likely: () => l10n.t('likely'),
  unknown: () => l10n.t('not proved'),
};

function threadText(process: string, tid: number | null): string {
  return tid === null ? process : l10n.t('{0}, thread {1}', process, tid);
}

function usersText(pids: readonly number[], nameOf: NameOf): string {
  return processesText(pids.map((pid) => ({ pid, name: nameOf(pid) })));
}
