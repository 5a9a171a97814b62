import { Site, type CallRule, type Named, type SourceCall } from './call';
import { callRules } from './families/index';
import type { Source } from './source';

/**
 * The calls that name a segment by a constant, in their order. Never throws, and takes time in proportion to the text;
 * comments and strings that only speak of such calls are none.
 */
export function findCalls(source: Source): readonly SourceCall[] {
  const rules = new Map<string, CallRule>();
  for (const rule of callRules)
    if (rule.languages.includes(source.language)) for (const word of rule.words) rules.set(word, rule);
  const variables = new Map<string, Named>();
  const calls: SourceCall[] = [];
  for (const [index, { kind, text, start }] of source.tokens.entries()) {
    const rule = kind === 'word' ? rules.get(text) : undefined;
    if (rule === undefined) continue;
    const site = new Site(source, variables, index);
    const named = rule.read(site);
    if (named !== null) calls.push({ ...named, start, end: site.end });
  }
  return calls;
}
