import { l10n, workspace } from 'vscode';
import { countAlive } from '../core/attached';
import type { Kind } from '../core/kinds/index';
import { isFile, keyLabel, legacyNameOf, type NativeKey } from '../core/key';
import type { OpenSegment } from '../core/segments';
import type { AttachedProcess, Description } from '../shared/protocol';
import { standsAtStop } from './debug/standing';
import type { LiveDocument } from './documents';
import { phrase } from './phrases';
import { modeText } from './text';

/** What the header of a live view says of a segment. */
export function describe(
  { segment, editor }: LiveDocument,
  kind: Kind | null,
  attached: readonly AttachedProcess[],
): Description {
  const { info } = segment;
  const everyone = withUs(attached, segment);
  const count = countAlive(everyone);
  const counted = count > 0 ? count : null;
  return {
    label: keyLabel(segment.key),
    nativeKey: segment.id,
    kindText: kindText(kind, segment.key),
    owner: info?.owner ?? '',
    mode: info === null || info.owner === '' ? '' : modeText(info.mode),
    access: segment.access,
    writable: segment.writable && workspace.isTrusted,
    readOnlyReason: readOnlyReason(segment),
    attachCount: info?.attachCount ?? counted,
    attached: everyone,
    standing: everyone.map(({ pid }) => pid).filter(standsAtStop),
    presence: segment.presence,
    notice: notice(segment),
    routeText: routeText(segment),
    canUndo: editor.canUndo,
    canRedo: editor.canRedo,
  };
}

/**
 * Adds this process where it is attached without a mapping: on POSIX we read and write through the object itself,
 * which no listing of mappings shows.
 */
export function withUs(
  attached: readonly AttachedProcess[],
  { access, key, writable }: OpenSegment,
): readonly AttachedProcess[] {
  if (access !== 'attach' || !isFile(key) || attached.some(({ us }) => us)) return attached;
  const { pid, title: name } = process;
  const ourselves = { pid, name, commandLine: '', owner: '', part: 'attached', alive: true } as const;
  return [...attached, { ...ourselves, writable, mappings: [], us: true }];
}

/** The header of a view whose address or segment cannot be opened at all. */
export function describeFailure(label: string, nativeKey: string, error: unknown): Description {
  return {
    label,
    nativeKey,
    kindText: '',
    owner: '',
    mode: '',
    access: 'observe',
    writable: false,
    readOnlyReason: phrase(error),
    attachCount: null,
    attached: [],
    standing: [],
    presence: 'failed',
    notice: phrase(error),
    routeText: '',
    canUndo: false,
    canRedo: false,
  };
}

/** "Qt · System V": what a segment means and how the system reaches it. */
export function kindText(kind: Kind | null, key: NativeKey): string {
  if (key.type === 'process') return l10n.t('Memory of process {0}', key.pid);
  const mechanism = { posix: 'POSIX', windows: 'Windows' }[key.type as string] ?? 'System V';
  const legacy = legacyNameOf(key)?.role === 'memory';
  const name = kindName(kind ?? (legacy ? 'qt' : 'raw'));
  return name === '' ? mechanism : `${name} · ${mechanism}`;
}

/** Empty for raw memory: the mechanism says it all. */
export function kindName(kind: Kind): string {
  return { qt: 'Qt', python: 'Python', boost: 'Boost', chromium: 'Chromium', x11: 'X11', raw: '' }[kind];
}

/** Why nothing can be changed in a workspace that is not trusted. */
export function restrictedText(): string {
  return l10n.t('This workspace is not trusted: you can watch segments, but not change them.');
}

function readOnlyReason(segment: OpenSegment): string | null {
  if (!workspace.isTrusted) return restrictedText();
  if (segment.writable) return null;
  const { info } = segment;
  if (info !== null && segment.access === 'observe') return l10n.t('Observing only: attach to write.');
  return info === null
    ? l10n.t('There is no segment to write to.')
    : l10n.t('Read-only: owned by {0}, mode {1}.', info.owner, modeText(info.mode));
}

function notice({ key, presence, fault }: OpenSegment): string | null {
  switch (presence) {
    case 'live':
      return null;
    case 'waiting':
      return l10n.t('No segment has this key yet. Bytes appear here as soon as a program creates it.');
    case 'removed':
      return key.type === 'process'
        ? l10n.t('Process {0} has ended or let go of this memory. These are its last bytes.', key.pid)
        : l10n.t('The segment was removed. These are its last bytes.');
    case 'recreated':
      return l10n.t('Another segment has this key now. These are the last bytes of the first one.');
    case 'denied':
    case 'failed':
      return fault === null ? l10n.t('The segment cannot be read.') : phrase(fault);
  }
}

function routeText({ key, route }: OpenSegment): string {
  if (key.type === 'windows' && route === 'momentary')
    return l10n.t('Read by opening the section for a moment: leaves no trace.');
  if (key.type === 'process')
    return l10n.t('Read from the object that process {0} has: leaves no trace.', key.pid);
  // On macOS the object is read by mapping it, also where we only look.
  switch (key.type === 'posix' ? 'file' : route) {
    case 'file':
      return l10n.t('Read from the POSIX object itself: leaves no trace.');
    case 'map-file':
    case 'peer':
      return l10n.t('Read through the mapping of an attached process: leaves no trace.');
    case 'own':
      return l10n.t('Read through the attachment of this window.');
    case 'momentary':
      return l10n.t(
        'Read by attaching for a moment: this process stays on record as the last to attach, and the times of the last attach and detach move.',
      );
  }
}
