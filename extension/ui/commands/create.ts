import { l10n, window } from 'vscode';
import { parseSize } from '../../core/bytes';
import { attachedAll } from '../../core/attached';
import { largestSize } from '../../core/create';
import { SegmentError, segmentError } from '../../core/errors';
import { countsPages, formatKey, keyLabel, sameKey, segmentAddress, type NativeKey } from '../../core/key';
import { collisions, createSegment as create, type Collision } from '../../core/lifecycle';
import type { SegmentInfo } from '../../core/native';
import { shortName } from '../../shared/visibleName';
import { askText, confirm } from '../ask';
import type { LoadedContext } from '../context';
import { pickKey, type PickedKey } from '../keyPick';
import { lockTimeout, temporaryDirectories } from '../settings';
import { bytesText, othersText, ownerText } from '../text';
import { show } from './open';

/** Asks for key, meaning and size, says what is in the way, creates, attaches and shows the segment. */
export async function createSegment(context: LoadedContext): Promise<void> {
  const title = l10n.t('Create Segment');
  const picked = await pickKey(context, { title, listed: false });
  if (picked === null) return;
  const { key } = picked.interpretation;
  if (picked.existing !== null) return offerToOpen(context, key, picked.existing, picked.text);
  if (!(await acceptCollisions(context, picked))) return;
  const size = await askSize(context, key, title);
  if (size === undefined) return;
  const { system } = context;
  await context.memory.remember(key);
  await create(system.segments, system.native, key, size, lockTimeout()).catch((error: unknown) => {
    throw segmentError(error, { id: formatKey(key) });
  });
  context.log.info(`created ${formatKey(key)}, ${String(size)} bytes`);
  await context.tree.refresh();
  await show(key, false);
}

/** Asks for a size within what the system allows for this key. */
export async function askSize(
  context: LoadedContext,
  key: NativeKey,
  title: string,
  value = '1024',
): Promise<number | undefined> {
  const prompt = l10n.t('Size in bytes, such as 1024, 4 KiB or 0x400');
  const check = (text: string) => checkedSize(context, key, text);
  const text = await askText({
    title: `${title}: ${shortName(keyLabel(key))}`,
    prompt: countsPages(segmentAddress(key).mechanism)
      ? l10n.t('{0}, counted in whole pages', prompt)
      : prompt,
    value,
    check,
  });
  return text === undefined ? undefined : check(text);
}

function checkedSize({ system: { native } }: LoadedContext, key: NativeKey, text: string): number {
  const { mechanism } = segmentAddress(key);
  const size = parseSize(text, largestSize(native, mechanism));
  const { free } = native.limits(mechanism);
  if (free === null || size <= free) return size;
  throw new SegmentError('out-of-resources', `${String(size)} of ${String(free)} bytes`, { size, free });
}

async function offerToOpen(
  context: LoadedContext,
  key: NativeKey,
  info: SegmentInfo,
  text: string,
): Promise<void> {
  const by = othersText(await attachedAll(context.system.native, key));
  const open = l10n.t('Open');
  const why = l10n.t('Explain…');
  const sentence =
    by === ''
      ? l10n.t(
          '{0} exists: {1}, owned by {2}, nobody attached.',
          shortName(keyLabel(key)),
          bytesText(info.size),
          ownerText(info.owner),
        )
      : l10n.t(
          '{0} exists: {1}, owned by {2}, attached by {3}.',
          shortName(keyLabel(key)),
          bytesText(info.size),
          ownerText(info.owner),
          by,
        );
  const chosen = await window.showWarningMessage(sentence, open, why);
  if (chosen === why) {
    const error = { code: 'already-exists', facts: {} } as const;
    await context.explanations.show({ key, text: text === '' ? null : text, error });
  }
  if (chosen !== open) return;
  await context.memory.remember(key);
  await show(key, false);
}

/** Tells of whatever a peer could mean by the same key, before anything is created. */
async function acceptCollisions(
  context: LoadedContext,
  { text, interpretation }: PickedKey,
): Promise<boolean> {
  const found = await collisions(context.system.native, text, interpretation, temporaryDirectories());
  // What would make creating fail, or share the memory of another.
  const same = found.find(
    ({ key, why }) => why === 'same-ftok-number' || (why === 'exists' && sameKey(key, interpretation.key)),
  );
  if (same?.entry) {
    await offerToOpen(context, same.key, same.entry.info, text);
    return false;
  }
  if (found.length === 0) return true;
  return confirm(
    l10n.t('Create {0} although something similar exists?', shortName(keyLabel(interpretation.key))),
    found.map(collisionText).join('\n'),
    l10n.t('Create'),
  );
}

function collisionText({ key, entry, why }: Collision): string {
  const id = formatKey(key);
  const name = entry === null ? id : `${id}, ${bytesText(entry.info.size)}`;
  switch (why) {
    case 'exists':
      return l10n.t('Exists: {0}.', name);
    case 'same-ftok-number':
      return l10n.t(
        'Has the same System V key number, so that no program can tell the two apart: {0}.',
        name,
      );
    case 'same-name-in-other-mechanism':
      return l10n.t('Exists, and another program may mean it by the same key: {0}.', name);
    case 'leftover-lock':
      return l10n.t('A lock is left over from an earlier segment and will be used: {0}.', name);
  }
}
