import { fill } from '../extension/shared/fill';
import { strings, type StringKey } from '../extension/shared/strings';

/** A key that exists among the strings. */
export type StringKeyOf<Key extends StringKey> = Key;

let localised: Readonly<Record<string, string>> = {};

/** Takes the localised texts that the host sends; a key that is missing there stays English. */
export function useTexts(texts: Readonly<Record<string, string>>): void {
  localised = texts;
}

/** The text for a key with its values put in, by the rule of fill(). */
export function text(key: StringKey, ...values: readonly (string | number)[]): string {
  return fill(localised[key] ?? strings[key], values);
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
