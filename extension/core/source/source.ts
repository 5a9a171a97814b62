import { constantOf } from './constant';
import type { SourceLanguage, Token } from './token';
import { tokensOf } from './tokens';

/** Names of constants, by the conventions of the languages: no parameter and no variable is called so. */
const constantName = /^(?:[A-Z][A-Z\d_]+|k[A-Z]\w*)$/;

/** Words before a name that declare nothing. */
const noTypes: ReadonlySet<string> = new Set('return new delete else case throw and or not in'.split(' '));

/** More tokens than this make no constant. */
const mostGiven = 12;

const none: ReadonlyMap<string, string> = new Map();

/** A source text as far as calls are looked for in it. */
export interface Source {
  readonly language: SourceLanguage;
  readonly tokens: readonly Token[];
  /** Constants that are given one string literal in this text, and no other. */
  readonly constants: ReadonlyMap<string, string>;
  /** Names that are declared as a QSharedMemory, a pointer to one or the like. */
  readonly shared: ReadonlySet<string>;
  /** Names before which stands what may be their type. */
  readonly declared: ReadonlySet<string>;
  /** Whether QSharedMemory is a word of it. */
  readonly isQt: boolean;
}

/** Reads a source text. Never throws, and takes time in proportion to the text. */
export function sourceOf(text: string, language: SourceLanguage): Source {
  const tokens = tokensOf(text, language);
  const constants = new Map<string, string>();
  const twice = new Set<string>();
  const shared = new Set<string>();
  const declared = new Set<string>();
  let isQt = false;
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const { text: name } = token;
    if (isDeclared(tokens, index)) declared.add(name);
    if (name === 'QSharedMemory') {
      isQt = true;
      const variable = variableOf(tokens, index);
      if (variable !== null) shared.add(variable);
    }
    const value = constantName.test(name) ? givenValue(text, tokens, index, language === 'python') : null;
    if (value === null) continue;
    if (constants.has(name)) twice.add(name);
    constants.set(name, value);
  }
  for (const name of twice) constants.delete(name);
  return { language, tokens, constants, shared, declared, isQt };
}

/** The name in `Type name`, `Type *name`, `pointer<Type> name`, `name = new Type` or `name = make<Type>`. */
function variableOf(tokens: readonly Token[], index: number): string | null {
  let at = index + 1;
  while (/^(?:[>*&]|const)$/.test(tokens[at]?.text ?? '')) at++;
  if (tokens[at]?.kind === 'word') return tokens[at]?.text ?? null;
  at = index - 1;
  while (at > index - 6 && /^(?:new|<|make_\w+|::|std)$/.test(tokens[at]?.text ?? '')) at--;
  const variable = tokens[at]?.text === '=' ? tokens[at - 1] : undefined;
  return variable?.kind === 'word' ? variable.text : null;
}

function isDeclared(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const type = before !== undefined && /^[>*&]$/.test(before.text) ? tokens[index - 2] : before;
  return type?.kind === 'word' && !noTypes.has(type.text);
}

/** The string that `NAME = "…"`, `Type NAME{"…"}`, `NAME: &str = "…"` or `#define NAME "…"` gives. */
function givenValue(text: string, tokens: readonly Token[], index: number, isLine: boolean): string | null {
  const isMacro = tokens[index - 1]?.text === 'define';
  let at = index + 1;
  while (!isMacro && at < index + 8 && /^(?:[[\]:&']|static|str|CStr)$/.test(tokens[at]?.text ?? '')) at++;
  const isConstructed = /^[({]$/.test(tokens[at]?.text ?? '') && isDeclared(tokens, index);
  if (tokens[at]?.text === '=') at++;
  else if (!isMacro && !isConstructed) return null;
  const given: Token[] = [];
  for (; given.length < mostGiven; at++) {
    const token = tokens[at];
    const isOver = isMacro || isLine ? text.slice(tokens[at - 1]?.end, token?.start).includes('\n') : null;
    if (token === undefined || (isOver ?? /^[;,]$/.test(token.text))) return constantOf(given, none);
    given.push(token);
  }
  return null;
}
