import type { Problem } from '../extension/shared/problem';
import { text } from './texts';

/** What is wrong with a typed text, in the language of the view. */
export function problemText({ key, values }: Problem): string {
  return text(key, ...values);
}
