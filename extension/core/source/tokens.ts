import { literalOf, matchAt } from './literals';
import type { SourceLanguage, Token } from './token';

const blank = /\s+/y;
const word = /[\p{L}_$][\p{L}\p{N}\p{M}_$]*/uy;
/** Digit separators of C++ and C are part of it. */
const number = /\d(?:[\w.]|'(?=[\da-fA-F]))*/y;
const mark = /::|->|[=!<>+]=|[\s\S]/uy;
/** A backslash at the end of a line goes on with it; a comment that is not closed goes on to the end. */
const slashes = /\/\/(?:[^\\\n]|\\[\s\S])*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)/y;
const lineComment = /\/\/[^\n]*/y;
const hash = /#[^\n]*/y;

/** The tokens of a source text, without its comments. Never throws, and takes time in proportion to the text. */
export function tokensOf(text: string, language: SourceLanguage): readonly Token[] {
  const read = literalOf[language];
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    const skipped = matchAt(blank, text, at)?.[0].length ?? commentLength(text, at, language);
    if (skipped > 0) {
      at += skipped;
      continue;
    }
    const literal = read(text, at);
    if (literal !== null) {
      tokens.push({ ...literal, text: text.slice(at, literal.end), start: at });
      at = literal.end;
      continue;
    }
    const [isWord, isNumber] = [matchAt(word, text, at), matchAt(number, text, at)];
    const [found = ''] = isWord ?? isNumber ?? matchAt(mark, text, at) ?? [];
    const kind = isWord ? 'word' : isNumber ? 'number' : 'mark';
    const end = at + Math.max(1, found.length);
    tokens.push({ kind, text: found, value: null, start: at, end });
    at = end;
  }
  return tokens;
}

function commentLength(text: string, at: number, language: SourceLanguage): number {
  if (language === 'python') return matchAt(hash, text, at)?.[0].length ?? 0;
  if (language === 'c' || language === 'cpp') return matchAt(slashes, text, at)?.[0].length ?? 0;
  if (language === 'rust' && text.startsWith('/*', at)) return nestedLength(text, at);
  return (matchAt(lineComment, text, at) ?? matchAt(slashes, text, at))?.[0].length ?? 0;
}

/** Comments of Rust are in one another. */
function nestedLength(text: string, at: number): number {
  const ends = /\/\*|\*\//g;
  ends.lastIndex = at;
  let depth = 0;
  for (let found = ends.exec(text); found !== null; found = ends.exec(text)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return ends.lastIndex - at;
  }
  return text.length - at;
}
