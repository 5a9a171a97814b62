import { isRecord } from '../../shared/check';

/** What becomes of the leftovers of a debug session: told in a notice, removed where that is sure, or nothing. */
export type CleanUp = 'ask' | 'always' | 'never';

const known: readonly unknown[] = ['ask', 'always', 'never'] satisfies readonly CleanUp[];

/** What the property `segmentLens` of a debug configuration says of leftovers; null: nothing, or nothing that is known. */
export function cleanUpOf(given: unknown): CleanUp | null {
  const cleanUp = isRecord(given) ? given['cleanUp'] : null;
  return isCleanUp(cleanUp) ? cleanUp : null;
}

function isCleanUp(value: unknown): value is CleanUp {
  return known.includes(value);
}
