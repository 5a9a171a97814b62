import type { CallRule, Site } from '../call';
import type { Token } from '../token';

/** ftok(3), and shmget(2) of what it gave or of a number. */
export const systemV: readonly CallRule[] = [
  {
    languages: ['c', 'cpp', 'rust'],
    words: ['ftok'],
    read: (site) => {
      const file = site.named('key-file');
      const projectId = numberOf(site.arguments()[1] ?? []) & 0xff;
      const named = file === null || projectId === 0 ? null : { ...file, projectId };
      const variable = givenTo(site);
      if (variable !== null && named === null) site.variables.delete(variable);
      else if (variable !== null && named !== null) site.variables.set(variable, named);
      return named;
    },
  },
  {
    languages: ['c', 'cpp', 'rust'],
    words: ['shmget'],
    read: (site) => {
      const [key = []] = site.arguments();
      const [first] = key;
      if (key.length !== 1 || first === undefined) return null;
      if (first.kind === 'word') return site.variables.get(first.text) ?? null;
      const number = numberOf(key);
      return first.kind === 'number' && number !== 0 ? { sense: 'key-number', text: String(number) } : null;
    },
  },
];

/** The variable of `variable = ftok(…)`, also with a cast or a namespace before it. */
function givenTo(site: Site): string | null {
  let back = -1;
  while (back > -8 && /^(?:::|libc|\(|\)|key_t|unsafe|\{)$/.test(site.text(back))) back--;
  return site.text(back) === '=' && site.token(back - 1)?.kind === 'word' ? site.text(back - 1) : null;
}

/** A number or a character, with a suffix or a cast; 0 for anything else. */
function numberOf(tokens: readonly Token[]): number {
  const [first, as] = tokens;
  if (first === undefined || (as !== undefined && as.text !== 'as')) return 0;
  if (first.kind === 'char') return first.value?.codePointAt(0) ?? 0;
  const digits = /^(0x[\da-f]+|\d+?)(?:u?l{0,2}|_?[ui]\d+)?$/i.exec(
    first.text.replace(/['_](?=[\da-f])/gi, ''),
  );
  const text = digits?.[1] ?? '';
  return /^0\d/.test(text) ? parseInt(text, 8) : Number(text);
}
