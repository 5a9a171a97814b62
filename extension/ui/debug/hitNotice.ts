import { commands, l10n, window } from 'vscode';
import { attachedTo } from '../../core/attached';
import type { BreakBook, ChangeBreak } from '../../core/debug/changeBreak';
import { pausesLate } from '../../core/debug/smartStep';
import { parseKey } from '../../core/key';
import { visibleName } from '../../shared/visibleName';
import type { AttachedProcess } from '../../shared/protocol';
import type { SystemDoor } from '../system';
import { processesText } from '../text';
import { breakLabel, bytesHex, preciseTimeText } from './breakText';
import type { Told } from './changeBreaks';
import type { Debuggee } from './debuggees';

/** Says what changed, which sessions were paused for it, and who could have written it. */
export async function tellHit(door: SystemDoor, book: BreakBook, told: Told): Promise<void> {
  const { broken, hit, paused, late, refused } = told;
  const writers = await writersOf(door, broken);
  const text = [
    l10n.t(
      '{0}: {1} → {2} at {3}.',
      breakLabel(broken),
      bytesHex(hit.before),
      bytesHex(hit.after),
      preciseTimeText(hit.atMs),
    ),
    ...(paused.length === 0 ? [] : [l10n.t('Seen by looking; paused: {0}.', namesOf(paused))]),
    ...(late.length === 0
      ? []
      : [l10n.t('Seen by looking; asked to pause, and still running: {0}.', namesOf(late))]),
    ...(late.some(({ session: { type, configuration } }) => pausesLate(type, configuration))
      ? [l10n.t('JavaScript stops at once where its launch configuration says "smartStep": false.')]
      : []),
    ...refused.map(({ debuggee, why }) =>
      l10n.t('“{0}” could not be paused: {1}', visibleName(debuggee.session.name), why),
    ),
    writers.length === 0
      ? l10n.t('Who wrote is not known: nobody is attached now.')
      : l10n.t('Attached and able to write: {0}.', processesText(writers)),
  ].join(' ');
  await offer(book, broken, text);
}

/** Says that the processor stopped a session at the instruction that wrote. */
export async function tellWatchpoint(
  book: BreakBook,
  broken: ChangeBreak,
  { session }: Debuggee,
): Promise<void> {
  await offer(
    book,
    broken,
    l10n.t(
      '{0} was written by “{1}”: the watchpoint of the processor stopped it at the instruction.',
      breakLabel(broken),
      visibleName(session.name),
    ),
  );
}

async function offer(book: BreakBook, broken: ChangeBreak, text: string): Promise<void> {
  const show = l10n.t('Show');
  const disable = l10n.t('Disable');
  const chosen = await window.showWarningMessage(text, show, disable);
  if (chosen === show)
    await commands.executeCommand('segmentLens.showBreak', { type: 'break', id: broken.id });
  const now = book.find(broken.id);
  if (chosen === disable && now !== null) await book.put({ ...now, enabled: false });
}

async function writersOf(door: SystemDoor, { segment }: ChangeBreak): Promise<readonly AttachedProcess[]> {
  try {
    const attached = await attachedTo(door.open().native, parseKey(segment));
    return attached.filter(({ us, writable }) => writable && !us);
  } catch {
    return [];
  }
}

function namesOf(debuggees: readonly Debuggee[]): string {
  return debuggees.map(({ session }) => visibleName(session.name)).join(', ');
}
