import type { AttachedProcess } from '../extension/shared/protocol';
import { visibleName } from '../extension/shared/visibleName';
import { text } from './texts';

/** "producer 4711"; the number alone where the name is not known. */
export function processTitle({ pid, name, us }: AttachedProcess): string {
  return `${us ? text('attached.us') : visibleName(name)} ${String(pid)}`.trim();
}

/** Whether it reads or writes and is one of those that stand at a stop, or what it was before it ended. */
export function processState(
  { alive, part, writable, pid }: AttachedProcess,
  standing: readonly number[],
): string {
  const rights = text(writable ? 'attached.readWrite' : 'attached.readOnly');
  if (alive) return standing.includes(pid) ? text('attached.standing', rights) : rights;
  return text(part === 'attached' ? 'attached.dead' : `attached.dead.${part}`);
}
