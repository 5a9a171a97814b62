import { boost } from './boost';
import { chromium } from './chromium';
import { python } from './python';
import { qt } from './qt';
import type { Kind, KindRule, Subject } from './rule';
import { x11 } from './x11';

export type { Kind, Subject } from './rule';

/** In order of asking: the first that recognises a segment names it. */
const rules: readonly KindRule[] = [qt, python, boost, chromium, x11];

/** The kind of a segment; `raw` where nothing is known of it. */
export function kindOf(subject: Subject): Kind {
  return rules.find((rule) => rule.recognises(subject))?.kind ?? 'raw';
}

/** Kinds that belong to the desktop and not to what a developer debugs: hidden unless asked for. */
export const hiddenKinds: readonly Kind[] = ['chromium', 'x11'];
