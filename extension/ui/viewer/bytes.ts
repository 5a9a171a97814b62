import { env, l10n } from 'vscode';
import { SegmentError } from '../../core/errors';
import { longestCopy } from '../../shared/limits';
import type { Host } from '../../shared/protocol';
import type { Shown } from './shown';

type Answers = Pick<Host, 'read' | 'clipboard' | 'copy'>;

/** Answers what a view reads besides its window, and what it takes from the clipboard and puts there. */
export function byteAnswers(shown: Shown): Answers {
  return {
    read: ({ ranges }) =>
      shown.work('read', ({ segment }) => {
        const found = ranges.map(({ offset, length }) => {
          const bytes = new Uint8Array(Math.max(0, Math.min(length, segment.size - offset)));
          return bytes.slice(0, segment.read(offset, bytes));
        });
        return Promise.resolve({ found });
      }),
    clipboard: async () => {
      const text = await env.clipboard.readText();
      if (text.length <= longestCopy) return { text };
      throw new SegmentError('invalid-size', l10n.t('The clipboard holds too much text.'));
    },
    copy: async ({ text }) => env.clipboard.writeText(text),
  };
}
