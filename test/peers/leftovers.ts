import { strict as assert } from 'node:assert';
import { Catalog } from '../../extension/core/catalog';
import { findLeftovers, type Look } from '../../extension/core/leftovers/find';
import type { Leftover } from '../../extension/core/leftovers/leftover';
import { planRemoval, removeLeftovers } from '../../extension/core/leftovers/remove';
import type { Native } from '../../extension/core/native';
import { temporaryFolder } from './stage';

/** The look of the extension at the whole machine; a test asks for what is its own. */
export function lookOf(native: Native, folders: readonly string[] = [temporaryFolder]): Look {
  const catalog = new Catalog(native, { temporaryDirectories: () => folders, rememberedQtKeys: () => [] });
  return {
    native,
    entries: () => catalog.refresh(),
    folders: () => folders,
    attachedHere: () => new Set(),
  };
}

/** The leftover with this identity string, if it is one. */
export async function findOne(look: Look, id: string): Promise<Leftover | undefined> {
  return (await findLeftovers(look)).find((item) => item.id === id);
}

/** The same, where it must be one. */
export async function leftoverOf(look: Look, id: string): Promise<Leftover> {
  const found = await findOne(look, id);
  assert.ok(found, `${id} is no leftover`);
  return found;
}

/** Removes what a test left whose label begins so, and is nobody's any more. */
export async function removeLeft(native: Native, label: string): Promise<void> {
  const look = lookOf(native);
  const found = (await findLeftovers(look)).filter((item) => item.label.startsWith(label));
  await removeLeftovers(look, planRemoval(found));
}
