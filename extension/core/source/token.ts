/** The languages whose source is understood, by VS Code's names. */
export const sourceLanguages = ['c', 'cpp', 'csharp', 'python', 'rust'] as const;

export type SourceLanguage = (typeof sourceLanguages)[number];

/** A piece of source text that is neither white space nor a comment. */
export interface Token {
  /** `char` is 'x' where the language has characters beside strings. */
  readonly kind: 'word' | 'number' | 'string' | 'char' | 'mark';
  /** As it stands in the source. */
  readonly text: string;
  /** What a string or a character means; null: not a constant (interpolated, not closed, bytes that are no text). */
  readonly value: string | null;
  /** Offsets in UTF-16 units; the end is the one after. */
  readonly start: number;
  readonly end: number;
}
