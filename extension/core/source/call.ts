import { constantOf } from './constant';
import type { Source } from './source';
import type { SourceLanguage, Token } from './token';

/** In which sense a call takes a text as the name of a segment. */
export type Sense =
  /** QSharedMemory::setKey: the same in every version of Qt. */
  | 'qt-key'
  /** QSharedMemory::setNativeKey(QString): a key file or a POSIX name, as this Qt was built. */
  | 'qt-native'
  /** QSharedMemory::platformSafeKey of Qt 6.6 and later. */
  | 'qt-safe'
  /** QNativeIpcKey::fromString. */
  | 'native-key'
  | 'posix-name'
  /** ftok(3) with `projectId`; a relative path is one of the program's working directory. */
  | 'key-file'
  | 'key-number'
  /** A named section of Windows. */
  | 'windows-name';

/** What a call names. */
export interface Named {
  readonly sense: Sense;
  readonly text: string;
  readonly projectId?: number;
}

/** A call that was found, with the offsets of its name and of the end of its brackets. */
export interface SourceCall extends Named {
  readonly start: number;
  readonly end: number;
}

/** One kind of call: a line in a file of families/. */
export interface CallRule {
  readonly languages: readonly SourceLanguage[];
  /** The words at which `read` looks; mentions.ts knows a part of each. */
  readonly words: readonly string[];
  /** null where the call names nothing that stands there as a constant. */
  readonly read: (site: Site) => Named | null;
}

/** Brackets with more tokens than this name no segment. */
const mostTokens = 300;

/** A word of the table in a source text, and what is around it. */
export class Site {
  /** Offset of the end of what has been read. */
  end: number;

  constructor(
    readonly source: Source,
    /** Variables that hold what a call before gave; families may add some. */
    readonly variables: Map<string, Named>,
    private readonly index: number,
  ) {
    this.end = source.tokens[index]?.end ?? 0;
  }

  /** The token that many places on, or back. */
  token(distance: number): Token | undefined {
    return this.source.tokens[this.index + distance];
  }

  /** Its text; '' past the ends. */
  text(distance: number): string {
    return this.token(distance)?.text ?? '';
  }

  /** How far it is to the brackets of `Type(…)`, `Type name(…)`, `Type name{…}` or `make<Type>(…)`. */
  get construction(): number {
    let open = this.text(1) === '>' ? 2 : 1;
    if (this.token(open)?.kind === 'word') open++;
    return open;
  }

  /** The arguments in the brackets at that distance; none where there are no brackets or they do not close soon. */
  arguments(open = 1): readonly (readonly Token[])[] {
    if (!/^[({]$/.test(this.text(open))) return [];
    const found: Token[][] = [[]];
    let depth = 0;
    for (let distance = open; distance < open + mostTokens; distance++) {
      const token = this.token(distance);
      if (token === undefined || token.text === ';') return [];
      if (token.kind === 'mark') {
        if (/[([{]/.test(token.text) && ++depth === 1) continue;
        if (/[)\]}]/.test(token.text) && --depth === 0) {
          this.end = token.end;
          return found;
        }
      }
      if (depth === 1 && token.text === ',' && token.kind === 'mark') found.push([]);
      else found.at(-1)?.push(token);
    }
    return [];
  }

  /** An argument as one text, for what is known by a word in it. */
  words(position: number, open = 1): string {
    return (this.arguments(open)[position] ?? []).map(({ text }) => text).join(' ');
  }

  /** The segment that an argument names in that sense. */
  named(sense: Sense | null, position = 0, open = 1): Named | null {
    const text = this.constant(this.arguments(open)[position]);
    return text === null || text === '' || sense === null ? null : { sense, text };
  }

  /** The string that an argument is, as constantOf. */
  constant(tokens: readonly Token[] = []): string | null {
    return constantOf(tokens, this.source.constants);
  }
}
