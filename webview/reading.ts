import { replyChecks } from '../extension/shared/checks';
import type { ViewContext } from './viewContext';

/**
 * Bytes from `offset` on: those on screen where it shows them all, as the user sees them; else the segment is read
 * once. Fewer where it ends. Rejects with a Fault.
 */
export async function readBytes(view: ViewContext, offset: number, length: number): Promise<Uint8Array> {
  const known = view.store.slice(offset, length);
  if (known.length === length) return known;
  const { found } = replyChecks.read(await view.host.read({ ranges: [{ offset, length }] }));
  return found[0] ?? new Uint8Array(0);
}
