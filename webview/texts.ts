import { fill } from '../extension/shared/fill';
import type { StringKey } from '../extension/shared/strings';

/** A key that exists among the strings. */
export type StringKeyOf<Key extends StringKey> = Key;

let localised: Readonly<Record<string, string>> = {};

/** Takes the texts that the host sends, all of them: the view has none of its own. */
export function useTexts(texts: Readonly<Record<string, string>>): void {
  localised = texts;
}

/** The text for a key with its values put in, by the rule of fill(). */
export function text(key: StringKey, ...values: readonly (string | number)[]): string {
  return fill(localised[key] ?? key, values);
}

/** A whole number with the grouping of the view's language. */
export function grouped(value: number): string {
  return value.toLocaleString(document.documentElement.lang || undefined);
}

/** Upper-case hexadecimal without prefix, at least `digits` long; exact for any safe integer. */
export function hex(value: number, digits = 1): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

/** A time of day: "14:03:12". */
export function timeText(time: Date): string {
  return time.toLocaleTimeString(document.documentElement.lang || undefined, { hour12: false });
}
