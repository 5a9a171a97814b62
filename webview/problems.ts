import type { Problem } from '../extension/shared/problem';
import { amountText } from '../extension/shared/amounts';
import { text } from './texts';

/** What is wrong with a typed text, in the language of the view. */
export function problemText({ key, values }: Problem): string {
  const language = document.documentElement.lang || undefined;
  return text(key, ...values.map((value) => amountText(value, language)));
}
