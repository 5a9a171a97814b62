import assert from 'node:assert/strict';
import { SegmentError, type ErrorFacts } from '../../extension/core/errors';

/** Runs what must be refused, and gives its code and facts. */
export function refusal(work: () => unknown): { readonly code: string } & ErrorFacts {
  try {
    work();
  } catch (error) {
    return read(error);
  }
  throw new assert.AssertionError({ message: 'It was not refused.' });
}

/** The same for a promise. */
export async function rejection(work: Promise<unknown>): Promise<{ readonly code: string } & ErrorFacts> {
  try {
    await work;
  } catch (error) {
    return read(error);
  }
  throw new assert.AssertionError({ message: 'It was not refused.' });
}

function read(error: unknown): { readonly code: string } & ErrorFacts {
  assert.ok(error instanceof SegmentError, String(error));
  return { code: error.code, ...error.facts };
}
