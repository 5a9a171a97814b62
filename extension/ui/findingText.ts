import { l10n } from 'vscode';
import type { Finding } from '../core/doctor/finding';
import { fill } from '../shared/fill';
import { visibleName } from '../shared/visibleName';
import type { ProcessName } from '../shared/lock';
import { findingText as troubleText, type NameOf } from './lockTexts';
import { doubtText, leftoverDescription, objectText } from './leftoverText';
import { spaceLines } from './spaceLine';
import { bytesText, lockText, modeText, othersText, processesText, sizeText } from './text';

/** A cause in plain words: what is so, what that does, and the evidence, a line each. Names in it are escaped. */
export interface FindingText {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Phrases a finding for a person. */
export function findingText(finding: Finding): FindingText {
  const [title = '', ...lines] = textOf(finding).map(visibleName);
  return { title, lines };
}

function textOf(finding: Finding): readonly string[] {
  switch (finding.code) {
    case 'exists': {
      const { id, size, owner, mode, attached, unseen } = finding;
      const by = othersText({ attached, unseen });
      return [
        l10n.t('A segment has this key: creating says AlreadyExists, attaching works.'),
        l10n.t('{0}: {1}, owned by {2}, mode {3}.', id, bytesText(size), owner, modeText(mode)),
        by === '' ? l10n.t('Nobody is attached.') : l10n.t('Attached: {0}.', by),
      ];
    }
    case 'left-behind': {
      const { leftover } = finding;
      return [
        l10n.t('It was left behind by a program that has ended: it keeps the key until it is removed.'),
        leftoverDescription(leftover, null),
        ...leftover.objects.map((object) => `${object.name}: ${objectText(object)}`),
        ...leftover.doubts.map((doubt) => doubtText(doubt, leftover.unseen)),
      ];
    }
    case 'no-segment':
      return [
        l10n.t('No segment has this key: attaching says NotFound until a program creates it.'),
        finding.id,
      ];
    case 'no-key-file':
      return [
        l10n.t('The key file does not exist: attaching says NotFound until a program creates the segment.'),
        finding.path,
        l10n.t(
          'Where it was cleaned away under a living segment, that one is still listed by its System V number.',
        ),
      ];
    case 'stale-key-file':
      return [
        l10n.t('The key file exists, but no segment has its number: attaching says NotFound.'),
        finding.path,
        l10n.t(
          'Its program has removed the segment, has crashed before creating it, or runs in another IPC namespace.',
        ),
      ];
    case 'other-sense':
      return [
        l10n.t(
          'Another segment exists that a program may mean by the same text: the two do not see each other.',
        ),
        l10n.t('Looked for: {0}', finding.wanted),
        l10n.t('Exists: {0}.', finding.id),
        l10n.t(
          'setKey() makes a System V or POSIX key of the text, depending on how Qt was built; QNativeIpcKey and setNativeKey() of Qt 6.6 and later take it as it is. Use the same of both in all programs.',
        ),
      ];
    case 'same-number':
      return [
        l10n.t('Another key file has the same System V number: no program can tell the two apart.'),
        l10n.t('Looked for: {0}', finding.wanted),
        l10n.t('Exists: {0}.', finding.id),
      ];
    case 'lock-without-segment':
      return [l10n.t('Only its lock exists: a program creates the segment right now, or died.'), finding.id];
    case 'other-folder':
      return [
        l10n.t('Programs keep the key file in another folder, because their TMPDIR is another one.'),
        finding.path,
        `TMPDIR=${finding.folder}: ${processesText(finding.by)}`,
        l10n.t(
          'Give all programs the same TMPDIR. To see these here, add the folder to segmentLens.temporaryDirectories.',
        ),
      ];
    case 'linked-folder':
      return [
        l10n.t(
          'Programs come to the same folder by a symbolic link, which splits nobody as long as it stays.',
        ),
        `${finding.folder} → ${finding.real}`,
        `TMPDIR: ${processesText(finding.by)}`,
      ];
    case 'missing-folder':
      return [
        l10n.t(
          'The TMPDIR of programs does not exist: Qt up to 6.8 uses the root folder instead, 6.11 finds no key file.',
        ),
        `TMPDIR=${finding.folder}: ${processesText(finding.by)}`,
      ];
    case 'other-ipc-namespace':
      return [
        finding.attached
          ? l10n.t(
              'Programs have the segment of this key in another IPC namespace (a container): it cannot be reached from here.',
            )
          : l10n.t(
              'Qt programs run in another IPC namespace (a container): System V segments of theirs cannot be reached from here.',
            ),
        processesText(finding.by),
      ];
    case 'other-mount-namespace':
      return [
        l10n.t(
          'Programs have something of this name in a file system of their own (a container): it is not what is here.',
        ),
        `${finding.path}: ${processesText(finding.by)}`,
      ];
    case 'other-user':
      return [
        finding.lock
          ? l10n.t(
              'The lock belongs to another user and is closed: Qt says PermissionDenied before it comes to the memory.',
            )
          : l10n.t('The segment belongs to another user and is closed: attaching says PermissionDenied.'),
        l10n.t(
          'Owned by {0}, mode {1}; mode {2} would let the group in.',
          finding.owner,
          modeText(finding.mode),
          modeText(finding.mode | 0o660),
        ),
      ];
    case 'zero-size':
      return [
        l10n.t(
          'The segment has no size yet: it cannot be attached. Its maker is about to set it, or died before.',
        ),
        finding.id,
      ];
    case 'lock':
      return [
        l10n.t('The lock is not free: lock(), and in Qt attach() and detach() too, wait for it.'),
        lockText(finding.lock),
        ...finding.troubles.map((trouble) => troubleText(trouble, nameOf(finding.by))),
      ];
    case 'lock-replaced':
      return [
        l10n.t(
          'The lock was replaced: programs that lock the old one and the new one do not wait for one another.',
        ),
        troubleText(finding.trouble, nameOf(finding.by)),
        l10n.t(
          'Qt does that where create() is called although the segment exists: attach() first, then create().',
        ),
        l10n.t('Restart the programs that use the old one: only that brings them together.'),
      ];
    case 'too-large':
      return [
        l10n.t('That is more than there is room for.'),
        l10n.t('Asked for: {0}', sizeText(finding.size)),
        l10n.t('At most: {0}', sizeText(finding.most)),
      ];
    case 'little-space':
      return [l10n.t('Room for shared memory and its limits on this machine'), ...spaceLines(finding.space)];
    case 'small-folder':
      return [
        fill(l10n.t('/dev/shm has only {0}, what a container gets by default.'), [sizeText(finding.size)]),
        l10n.t('Start the container with --shm-size, or with a volume at /dev/shm.'),
      ];
  }
}

function nameOf(processes: readonly ProcessName[]): NameOf {
  return (pid) => processes.find((process) => process.pid === pid)?.name ?? '';
}
