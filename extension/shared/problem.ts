import type { Amount } from './amounts';
import type { StringKey } from './strings';

/** What is wrong with something that a person typed: a text of strings.ts and what goes into its `{0}`, `{1}` … */
export interface Problem {
  readonly key: StringKey;
  readonly values: readonly Amount[];
}

/** Thrown inside a parser, caught at its door: what leaves is the problem. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.key);
  }
}

/** Throws that something is wrong. */
export function refuse(key: StringKey, ...values: readonly Amount[]): never {
  throw new ProblemError({ key, values });
}

/** What `work` gives, or the problem that it found. Other failures pass. */
export function caught<T extends object>(work: () => T): T | { readonly problem: Problem } {
  try {
    return work();
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem };
    throw error;
  }
}
