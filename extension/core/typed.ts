import { SegmentError, type ErrorFacts, type Rule } from './errors';

/** An `invalid-size` that names the rule that a typed value breaks, and what is allowed. */
export function invalidValue(rule: Rule, message: string, facts: ErrorFacts = {}): SegmentError {
  return new SegmentError('invalid-size', message, { rule, ...facts });
}
