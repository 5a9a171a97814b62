import { env, l10n } from 'vscode';
import { amountText } from '../shared/amounts';
import { fill } from '../shared/fill';
import type { Problem } from '../shared/problem';
import { strings } from '../shared/strings';

/** The texts of the view in the language of VS Code; bundle.l10n.json lists them by their English text. */
export function viewStrings(): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(strings).map(([key, english]) => [key, l10n.t(english)]));
}

/** What is wrong with a typed text, in the language of VS Code. */
export function problemText({ key, values }: Problem): string {
  return fill(
    l10n.t(strings[key]),
    values.map((value) => amountText(value, env.language)),
  );
}
