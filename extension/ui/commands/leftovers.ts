import { l10n, window, type QuickPickItem } from 'vscode';
import { isSafe, type Leftover } from '../../core/leftovers/leftover';
import { planRemoval, removeLeftovers, type Outcome, type RemovalPlan } from '../../core/leftovers/remove';
import { fill } from '../../shared/fill';
import { plainName, shortName } from '../../shared/visibleName';
import { confirm } from '../ask';
import type { LoadedContext } from '../context';
import { doubtText, keptText, leftoverDescription, objectText } from '../leftoverText';
import { lookOf, type LeftoverNode } from '../leftoverTree';
import { withProgress } from '../progress';
import { grouped, sizeText } from '../text';

/** How many lines a question can have: a modal dialog does not scroll everywhere. */
const mostLines = 16;

/** Removes the leftovers that are selected in their view; without any, asks for one or several. */
export async function removeLeftover(
  context: LoadedContext,
  argument: unknown,
  option: unknown,
): Promise<void> {
  const { view } = context.leftovers;
  const selected = argument === undefined && view.visible ? view.selection : [argument];
  const chosen = Array.isArray(option) && option.length > 0 ? option : selected;
  const items = [...new Set(chosen.flatMap(itemOf))];
  if (items.length > 0) await removeAfterAsking(context, items);
  else await pickAndRemove(context, () => false);
}

/** Lists every leftover with what belongs to it, chooses those that nobody can use, asks once and reports after. */
export async function removeAllLeftovers(context: LoadedContext): Promise<void> {
  await pickAndRemove(context, isSafe);
}

async function pickAndRemove(context: LoadedContext, picked: (item: Leftover) => boolean): Promise<void> {
  const found = await context.leftovers.refresh();
  if (found.length === 0) {
    void window.showInformationMessage(l10n.t('Nothing was left behind that we can see.'));
    return;
  }
  const chosen = await window.showQuickPick(
    found.map((item): QuickPickItem & { readonly item: Leftover } => ({
      label: shortName(item.label),
      description: leftoverDescription(item, null),
      detail: [
        item.objects.map(({ name }) => plainName(name)).join(', '),
        ...item.doubts.map((doubt) => doubtText(doubt, item.unseen)),
      ].join(' · '),
      picked: picked(item),
      item,
    })),
    {
      title: l10n.t('Remove Leftovers'),
      placeHolder: l10n.t('Nothing is removed before you have confirmed it'),
      canPickMany: true,
      ignoreFocusOut: true,
      matchOnDetail: true,
    },
  );
  if (chosen !== undefined && chosen.length > 0)
    await removeAfterAsking(
      context,
      chosen.map(({ item }) => item),
    );
}

async function removeAfterAsking(context: LoadedContext, items: readonly Leftover[]): Promise<void> {
  const plan = planRemoval(items);
  const question = fill(l10n.t('Remove {0} {0:leftover|leftovers} with {1}?'), [
    grouped(items.length),
    sizeText(plan.size),
  ]);
  if (!(await confirm(question, planDetail(plan), l10n.t('Remove')))) return;
  await removeNow(context, items);
}

/** Removes without a question, as removeLeftovers does, and reports; `why`: a sentence before the report. */
export async function removeNow(
  context: Pick<LoadedContext, 'leftovers' | 'log' | 'system'>,
  items: readonly Leftover[],
  why = '',
): Promise<void> {
  const plan = planRemoval(items);
  const outcomes = await withProgress(l10n.t('Removing leftovers'), (report, signal) =>
    removeLeftovers(lookOf(context.system), plan, { report, signal }),
  );
  for (const outcome of outcomes) context.log.info(outcomeText(outcome));
  await context.leftovers.refresh();
  report(context, outcomes, why);
}

/** Every object by its system name, then what else is to be known. */
function planDetail({ items, objects }: RemovalPlan): string {
  const lines = objects.map((object) => `${plainName(object.name)}: ${objectText(object)}`);
  const rest = lines.length - mostLines;
  const doubts = new Set(items.flatMap((item) => item.doubts.map((doubt) => doubtText(doubt, item.unseen))));
  return [
    ...lines.slice(0, mostLines),
    ...(rest > 0 ? [l10n.t('{0} more', grouped(rest))] : []),
    '',
    ...doubts,
    l10n.t('What is in use by then is kept. This cannot be undone.'),
  ].join('\n');
}

function report({ log }: Pick<LoadedContext, 'log'>, outcomes: readonly Outcome[], why: string): void {
  const removed = outcomes.filter((outcome) => outcome.removed);
  const size = removed.reduce((sum, { object }) => sum + object.size, 0);
  const kept = outcomes.flatMap((outcome) => (outcome.removed ? [] : [outcomeText(outcome)]));
  const text = `${why} ${fill(l10n.t('Removed {0} of {1} {1:object|objects}, {2}.'), [
    grouped(removed.length),
    grouped(outcomes.length),
    sizeText(size),
  ])}`.trim();
  if (kept.length === 0) {
    void window.showInformationMessage(text);
    return;
  }
  const show = l10n.t('Show Log');
  const some = [
    ...kept.slice(0, 3),
    ...(kept.length > 3 ? [l10n.t('{0} more', grouped(kept.length - 3))] : []),
  ];
  void window.showWarningMessage(`${text} ${l10n.t('Kept: {0}.', some.join('; '))}`, show).then((chosen) => {
    if (chosen === show) log.show();
  });
}

function outcomeText(outcome: Outcome): string {
  const name = shortName(outcome.object.name);
  return outcome.removed ? l10n.t('{0}: removed', name) : `${name}: ${keptText(outcome.reason)}`;
}

function itemOf(argument: unknown): readonly Leftover[] {
  if (typeof argument !== 'object' || argument === null) return [];
  const { type, item } = argument as Partial<LeftoverNode>;
  return (type === 'leftover' || type === 'object') && item !== undefined ? [item] : [];
}
