import { l10n, window } from 'vscode';
import { attachedOthers, type Others } from '../../core/attached';
import type { ErrorFacts } from '../../core/errors';
import { identityOf } from '../../core/identity';
import { recreateSegment, removeSegment } from '../../core/lifecycle';
import type { OpenSegment } from '../../core/segments';
import type { SegmentInfo } from '../../core/native';
import { confirm } from '../ask';
import type { LoadedContext } from '../context';
import { parts } from '../phrases';
import { lockTimeout } from '../settings';
import { infoOf } from '../system';
import type { Target } from '../target';
import { bytesText, modeText, othersText } from '../text';
import { askSize } from './create';

/** Becomes a peer, for reading and writing where the system permits, else for reading. */
export async function attach(context: LoadedContext, target: Target): Promise<void> {
  await context.system.documents.use(target.key, async (segment) => {
    if (segment.access === 'attach') return;
    await attachAs(segment);
    context.log.info(`attached to ${target.id}, ${segment.writable ? 'read and write' : 'read only'}`);
  });
}

/** Stops being a peer. As the last one of a Qt segment: says first that this removes it. */
export async function detach(context: LoadedContext, target: Target): Promise<void> {
  await context.system.documents.use(target.key, async (segment) => {
    if (segment.access !== 'attach') {
      throw new Error(l10n.t('This window is not attached to {0}.', target.label));
    }
    const options = await acceptDetach(context, target, segment);
    if (options === null) return;
    const { removedSegment } = await segment.detach({ ...options, timeoutMs: lockTimeout() });
    context.log.info(`detached from ${target.id}${removedSegment ? ', which removed it' : ''}`);
  });
  await context.tree.refresh();
}

/** Removes memory, lock and key files, after naming who is attached. */
export async function remove(context: LoadedContext, target: Target): Promise<void> {
  const { native } = context.system;
  const info = infoOf(context.system, target.key);
  const others = await attachedOthers(native, target.key);
  const question = l10n.t('Remove {0}, {1}?', target.label, bytesText(info.size));
  const ours = context.system.segments.find(target.key)?.access === 'attach';
  if (!(await confirm(question, removeDetail(others, ours), l10n.t('Remove')))) return;
  const { removed } = await removeSegment(native, target.key, identityOf(info));
  context.log.info(`removed ${removed.join(', ')}`);
  await context.tree.refresh();
}

/** Makes the segment anew with another size and the bytes that fit. */
export async function recreate(context: LoadedContext, target: Target): Promise<void> {
  const { native, segments } = context.system;
  const info = infoOf(context.system, target.key);
  const size = await askSize(context, target.key, l10n.t('Recreate with Another Size'), String(info.size));
  if (size === undefined) return;
  const others = await attachedOthers(native, target.key);
  const question = l10n.t(
    'Recreate {0} with {1} instead of {2}?',
    target.label,
    bytesText(size),
    bytesText(info.size),
  );
  const force = othersText(others) !== '';
  const verb = force ? l10n.t('Recreate Anyway') : l10n.t('Recreate');
  if (!(await confirm(question, recreateDetail(others, size, info), verb))) return;
  await recreateSegment(segments, native, target.key, size, { force, timeoutMs: lockTimeout() });
  context.log.info(`recreated ${target.id} with ${String(size)} bytes`);
  await context.tree.refresh();
}

/** Looks at what has the key now. Asks first where it is private to another user. */
export async function reopen(context: LoadedContext, target: Target): Promise<void> {
  await context.system.documents.use(target.key, async (segment) => {
    if (segment.fault?.facts.rule === 'private') {
      if (!(await acceptPrivate(target, segment.fault.facts))) return;
      segment.allow();
    }
    await segment.reopen();
  });
}

function acceptPrivate(target: Target, { owner = '', mode = 0 }: ErrorFacts): Promise<boolean> {
  return confirm(
    l10n.t('Open {0} of {1}?', target.label, owner),
    l10n.t(
      'It is private to {0} (mode {1}). You can open it only because VS Code runs as root.',
      owner,
      modeText(mode),
    ),
    l10n.t('Open'),
  );
}

async function attachAs(segment: OpenSegment): Promise<void> {
  try {
    await segment.attach(true);
  } catch (error) {
    if (parts(error).code !== 'permission-denied') throw error;
    await segment.attach(false);
  }
}

/** null: the user turned away; else what detaching is to do. */
async function acceptDetach(
  { system }: LoadedContext,
  target: Target,
  segment: OpenSegment,
): Promise<{ removeIfLast?: boolean } | null> {
  // Its key file may have been cleaned away: then its key leads nowhere, but we are still attached.
  const shmid = segment.info?.shmid ?? null;
  const info = infoOf(system, shmid === null ? target.key : { type: 'systemv-id', shmid });
  const isQt = 'legacyKey' in target.key || /^systemv:.*qipc_sharedmemory_/.test(target.id);
  if (info.mechanism === 'posix' || !isQt || info.attachCount !== 1) return {};
  const remove = l10n.t('Detach and Remove');
  const keep = l10n.t('Detach and Keep');
  const chosen = await window.showWarningMessage(
    l10n.t('Detach from {0} as the last one?', target.label),
    {
      modal: true,
      detail: l10n.t(
        'Nobody else is attached. As Qt does, detaching as the last one removes the segment and its {0}; keeping it leaves it without anyone attached.',
        bytesText(info.size),
      ),
    },
    remove,
    keep,
  );
  return chosen === undefined ? null : { removeIfLast: chosen === remove };
}

function removeDetail(others: Others, ours: boolean): string {
  const gone = l10n.t('The memory, its lock and its key files are removed. This cannot be undone.');
  const attached = [othersText(others), ours ? l10n.t('this window') : ''].filter((text) => text !== '');
  if (attached.length === 0) return `${l10n.t('Nobody is attached.')}\n${gone}`;
  const kept = l10n.t('They keep the memory until they detach, but nobody can attach to it any more.');
  return `${l10n.t('Attached: {0}.', attached.join(', '))}\n${kept}\n${gone}`;
}

function recreateDetail(others: Others, size: number, info: SegmentInfo): string {
  const lost =
    size < info.size
      ? l10n.t('The last {0} will be lost.', bytesText(info.size - size))
      : l10n.t('All bytes are kept; new ones are zero.');
  const attached = othersText(others);
  if (attached === '') return `${l10n.t('Nobody else is attached.')}\n${lost}`;
  const stay = l10n.t(
    'They stay on the old memory until they attach again, and no longer share with the others.',
  );
  return `${l10n.t('Attached: {0}.', attached)}\n${stay}\n${lost}`;
}
