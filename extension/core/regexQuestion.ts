/** What the thread that runs an expression is asked. Bytes are text of one character each. */
export type RegexQuestion =
  /** Whether so many zeros contain a match. */
  | { readonly ask: 'zeros'; readonly length: number }
  /** Matches that begin from index `from` to before `to`; `offset` is that of the first byte. */
  | {
      readonly ask: 'find';
      readonly bytes: Uint8Array;
      readonly offset: number;
      readonly from: number;
      readonly to: number;
      readonly alignment: number;
      readonly most: number;
      /** The text really ends where the bytes do. */
      readonly isLast: boolean;
    }
  /** Whether there is a match of that length at that index. */
  | {
      readonly ask: 'still';
      readonly places: readonly {
        readonly bytes: Uint8Array;
        readonly at: number;
        readonly length: number;
      }[];
    };

export type RegexAnswer =
  | { readonly zeros: boolean }
  | {
      readonly starts: readonly number[];
      readonly lengths: readonly number[];
      /** The index where the next match may begin, `to` at least. */
      readonly next: number;
      /** The whole buffer in which the bytes came, for the next ones. */
      readonly buffer: Uint8Array<ArrayBuffer>;
    }
  | { readonly still: readonly boolean[] };
