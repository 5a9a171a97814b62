import type { AttachedProcess } from '../extension/shared/protocol';
import { visibleName } from '../extension/shared/visibleName';
import { text } from './texts';

/** "producer 4711"; the number alone where the name is not known. */
export function processTitle({ pid, name, us }: AttachedProcess): string {
  return `${us ? text('attached.us') : visibleName(name)} ${String(pid)}`.trim();
}

/** Whether it reads or writes, or what it was before it ended. */
export function processState({ alive, part, writable }: AttachedProcess): string {
  if (alive) return text(writable ? 'attached.readWrite' : 'attached.readOnly');
  return text(part === 'attached' ? 'attached.dead' : `attached.dead.${part}`);
}
