/** The hashes that can be asked for, in the order in which they are shown; `text` is what a person calls them. */
export const hashes = [
  { name: 'crc32', text: 'CRC-32' },
  { name: 'md5', text: 'MD5' },
  { name: 'sha1', text: 'SHA-1' },
  { name: 'sha256', text: 'SHA-256' },
  { name: 'xxh3', text: 'XXH3' },
] as const;

export type HashName = (typeof hashes)[number]['name'];

export const hashNames: readonly HashName[] = hashes.map(({ name }) => name);

/** The longest range that is hashed, in bytes. */
export const longestHashed = 2 ** 30;

/** Bytes of a segment to hash as they are now. */
export interface HashRequest {
  readonly offset: number;
  /** 1..longestHashed. */
  readonly length: number;
  readonly names: readonly HashName[];
}

/** All of one copy of the range: of the same bytes. */
export interface HashReply {
  /** Lower-case hex digits, as other tools print them; without the hashes that this system refuses to compute. */
  readonly texts: readonly { readonly name: HashName; readonly text: string }[];
  /** Bytes that were there; fewer than asked for where the segment ends before. */
  readonly length: number;
  /** Whether we held the lock all the time; otherwise a peer may have written in between. */
  readonly locked: boolean;
}
