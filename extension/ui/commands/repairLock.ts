import { l10n, window } from 'vscode';
import { semaphoreOf } from '../../core/locks/diagnose';
import { LockScene, type SeenLock } from '../../core/locks/lockScene';
import { planRepair, repairLock, type RepairPlan } from '../../core/locks/repair';
import { SegmentError } from '../../core/errors';
import type { OpenSegment } from '../../core/openSegment';
import type { RepairOutcome, RepairRefusal } from '../../shared/lockFinding';
import { askChoice, confirm } from '../ask';
import type { Context, LoadedContext } from '../context';
import { findingText, holderText, lockTitle, type NameOf } from '../lockTexts';
import { lockTimeout } from '../settings';
import type { Target } from '../target';

/** Says what a repair would do to whom, asks once, does it, looks again and says how it ended. */
export async function repairLockOf(context: LoadedContext, target: Target, option: unknown): Promise<void> {
  const { native, documents } = context.system;
  const { key } = target;
  const nameOf: NameOf = (pid) => native.processEntry(pid)?.name ?? '';
  const plan = await documents.use(key, async (segment) => {
    const scene = sceneOf(context, segment);
    const chosen = await choose(await scene.inspect(), option, nameOf);
    return chosen === null ? null : planOf(context, segment, scene, chosen, nameOf);
  });
  if (plan === null) return;
  const { title, made } = plan;
  if (!(await confirm(l10n.t('Repair {0}?', title), planText(made, nameOf), l10n.t('Repair')))) return;
  const act = async (segment: OpenSegment): Promise<RepairOutcome> => {
    const scene = sceneOf(context, segment);
    return repairLock(native, segment, made, () => look(scene, made.lock), lockTimeout());
  };
  const outcome = await ('offset' in made.step ? documents.write(key, act) : documents.use(key, act));
  context.log.info(`repaired ${made.lock} (${made.finding.code}): ${outcome}`);
  tellOutcome(outcome, title);
}

interface ShownPlan {
  readonly title: string;
  readonly made: RepairPlan;
}

function sceneOf({ door, locks }: Context, segment: OpenSegment): LockScene {
  return new LockScene(door.open().native, segment, () => locks.of(segment.key));
}

async function look(scene: LockScene, id: string): Promise<SeenLock> {
  const found = (await scene.inspect()).find(({ report }) => report.id === id);
  if (found !== undefined) return found;
  throw new SegmentError('conflict', 'The lock was taken off the list meanwhile.');
}

/** The lock that was named, else the one with something wrong, else one that the user picks; null: none. */
async function choose(seen: readonly SeenLock[], option: unknown, nameOf: NameOf): Promise<SeenLock | null> {
  const wrong = seen.filter(({ findings }) => findings.length > 0);
  const [only] = typeof option === 'string' ? wrong.filter(({ report }) => report.id === option) : wrong;
  if (only === undefined) {
    void window.showInformationMessage(l10n.t('Nothing is wrong that could be repaired.'));
    return null;
  }
  if (typeof option === 'string' || wrong.length === 1) return only;
  const chosen = await askChoice(
    l10n.t('Repair Lock'),
    wrong.map((lock) => ({
      label: lockTitle(lock.report),
      detail: lock.findings.map((finding) => findingText(finding, nameOf)).join(' '),
      value: lock,
    })),
  );
  return chosen ?? null;
}

/** null: there is no plan, and the user was told why. */
function planOf(
  { door }: Context,
  segment: OpenSegment,
  scene: LockScene,
  { report, findings }: SeenLock,
  nameOf: NameOf,
): ShownPlan | null {
  const semaphore = semaphoreOf(report, segment.key);
  const plans = findings.map((finding) =>
    planRepair(door.open().native, segment, report, finding, semaphore, scene.layout),
  );
  const made = plans.find((plan) => typeof plan === 'object');
  if (made !== undefined) return { title: lockTitle(report), made };
  const [finding] = findings;
  const [refusal] = plans;
  if (finding !== undefined && typeof refusal === 'string') {
    void window.showWarningMessage(`${findingText(finding, nameOf)} ${refusals[refusal]()}`);
  }
  return null;
}

function planText({ finding, effect: { act, holder, waiters } }: RepairPlan, nameOf: NameOf): string {
  return [
    findingText(finding, nameOf),
    act === 'make-one'
      ? l10n.t('The semaphore is set to 1, if it still is what was seen.')
      : l10n.t('Its bytes are written as those of a free lock, if they still are what was seen.'),
    ...(holder === null ? [] : [l10n.t('It is taken away from {0}.', holderText(holder))]),
    waiters === 0
      ? l10n.t('Nobody waits for it.')
      : waiters === null
        ? l10n.t('Whether somebody waits is not known: then the first of them has it right afterwards.')
        : l10n.t(
            'Waiting: {0}. The first has it right afterwards.',
            waiters === 'some' ? l10n.t('some') : waiters,
          ),
    l10n.t('What the lock protects may be half written: look at it before programs go on.'),
  ].join('\n');
}

const refusals: Readonly<Record<RepairRefusal, () => string>> = {
  'programs-do': () => l10n.t('There is nothing to repair here.'),
  'restart-needed': () =>
    l10n.t('Restart the programs that use the old one: only that brings them together.'),
  'waited-for': () =>
    l10n.t('Threads wait for it in a way that no write can end: restart the programs that wait.'),
  uncertain: () => l10n.t('It is not proved that nobody holds it, so nothing is done.'),
};

function tellOutcome(outcome: RepairOutcome, title: string): void {
  switch (outcome) {
    case 'free':
      void window.showInformationMessage(l10n.t('Repaired: {0} is free.', title));
      return;
    case 'taken':
      void window.showInformationMessage(l10n.t('Repaired: {0} has a new holder already.', title));
      return;
    case 'changed':
      void window.showWarningMessage(l10n.t('{0} changed meanwhile. Nothing was done.', title));
      return;
    case 'still-wrong':
      void window.showWarningMessage(l10n.t('It was done, but something is still wrong with {0}.', title));
  }
}
