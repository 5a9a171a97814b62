import { randomUUID } from 'node:crypto';
import { l10n, type QuickPickItem } from 'vscode';
import { longestBreak, parseCondition } from '../../core/debug/changeCondition';
import type { ChangeBreak } from '../../core/debug/changeBreak';
import { SegmentError } from '../../core/errors';
import { parseKey } from '../../core/key';
import { checkRange } from '../../core/write';
import { askChoice, askText } from '../ask';
import type { Context, LoadedContext } from '../context';
import { breakLabel } from '../debug/breakText';
import { rootSession } from '../debug/rootSession';
import { showAt } from './open';
import { bytesText } from '../text';
import type { Viewer } from '../viewer';

/** Asks when a change of the selected bytes is to pause which sessions, and keeps that. Changes no segment. */
export async function breakOnChange(context: Context, viewer: Viewer): Promise<void> {
  const { document, cursor } = viewer;
  if (document === null) throw new Error(l10n.t('Open a live view first.'));
  const { segment } = document;
  const length = Math.max(1, cursor.length);
  const offset = cursor.length === 0 ? cursor.offset : cursor.start;
  checkRange(offset, length, segment.size);
  if (length > longestBreak) {
    throw new SegmentError('invalid-size', 'too many bytes to break on', {
      rule: 'size-range',
      minimum: '1',
      maximum: String(longestBreak),
    });
  }
  const draft: ChangeBreak = {
    id: randomUUID(),
    segment: segment.id,
    offset,
    length,
    condition: 'any change',
    enabled: true,
    logs: false,
    sessions: null,
  };
  await ask(context, draft);
}

/** Asks anew for the condition and the sessions of a break. */
export async function editBreak(context: Context, node: unknown): Promise<void> {
  const known = breakOf(context, node);
  if (known !== null) await ask(context, known);
}

/** Takes a break out of the list. */
export async function removeBreak(context: Context, node: unknown): Promise<void> {
  const known = breakOf(context, node);
  if (known !== null) await context.breaks.remove(known.id);
}

/** Opens the live view at the bytes of a break. */
export async function showBreak(context: LoadedContext, node: unknown): Promise<void> {
  const known = breakOf(context, node);
  if (known === null) return;
  await showAt(context, parseKey(known.segment), known.offset, known.length);
}

async function ask(context: Context, draft: ChangeBreak): Promise<void> {
  const condition = await askText({
    title: l10n.t('Break on Change of {0}', breakLabel(draft)),
    prompt: l10n.t(
      'When do the {0} count as changed? any change, becomes 42, leaves 0..100, or bit 3',
      bytesText(draft.length),
    ),
    value: draft.condition,
    check: (text) => parseCondition(text, draft.length),
  });
  if (condition === undefined) return;
  const running = (await context.debugging()).debuggees.all.map(({ session }) => rootSession(session).name);
  const choices: (QuickPickItem & { readonly value: Pick<ChangeBreak, 'logs' | 'sessions'> })[] = [
    { label: l10n.t('Pause Every Debug Session'), value: { logs: false, sessions: null } },
    ...[...new Set(running)].map((name) => ({
      label: l10n.t('Pause “{0}” Only', name),
      value: { logs: false, sessions: [name] },
    })),
    {
      label: l10n.t('Write a Line to the Log'),
      description: l10n.t('nothing is paused'),
      value: { logs: true, sessions: null },
    },
  ];
  const chosen = await askChoice(l10n.t('Break on Change of {0}', breakLabel(draft)), choices);
  if (chosen === undefined) return;
  await context.breaks.put({ ...draft, ...chosen, condition: condition.trim() });
}

function breakOf({ breaks }: Context, node: unknown): ChangeBreak | null {
  const id = typeof node === 'object' && node !== null ? (node as { readonly id?: unknown }).id : null;
  return typeof id === 'string' ? breaks.find(id) : null;
}
