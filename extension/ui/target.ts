import { Uri } from 'vscode';
import { formatKey, keyLabel, parseKey, type NativeKey } from '../core/key';
import { shortName } from '../shared/visibleName';
import type { LoadedContext } from './context';
import { pickExisting } from './keyPick';
import { keyOfUri, scheme } from './uri';
import { Viewer } from './viewer';

/** The segment that a command acts on. */
export interface Target {
  readonly key: NativeKey;
  readonly id: string;
  /** As shortName() makes it: for sentences. */
  readonly label: string;
  /** The live view that it was asked from, if any: its cursor says where. */
  readonly viewer: Viewer | null;
}

/**
 * From what a command was called with: a row of the tree, a live view, its address, an identity string. Without
 * an argument: the active live view, else the selection of the tree, else the user is asked.
 */
export async function resolveTarget(
  context: LoadedContext,
  argument: unknown,
  title: string,
): Promise<Target | null> {
  const given = fromArgument(argument);
  if (given !== null) return given;
  const { active } = context.viewers;
  if (active !== null && active.key !== null) return targetOf(active.key, active);
  const { selected } = context.tree;
  if (selected !== null) return targetOf(selected.key);
  const picked = await pickExisting(context, title);
  return picked === null ? null : targetOf(picked);
}

export function targetOf(key: NativeKey, viewer: Viewer | null = null): Target {
  return { key, id: formatKey(key), label: shortName(keyLabel(key)), viewer };
}

/** null where the argument names no segment. Throws `invalid-key` where it names a bad one. */
export function fromArgument(argument: unknown): Target | null {
  if (typeof argument === 'string' && argument !== '') return targetOf(parseKey(argument));
  if (argument instanceof Viewer) return argument.key === null ? null : targetOf(argument.key, argument);
  if (argument instanceof Uri) return argument.scheme === scheme ? targetOf(keyOfUri(argument)) : null;
  if (typeof argument !== 'object' || argument === null) return null;
  const leaf = argument as { readonly type?: unknown; readonly key?: NativeKey };
  return leaf.type === 'segment' && leaf.key !== undefined ? targetOf(leaf.key) : null;
}
