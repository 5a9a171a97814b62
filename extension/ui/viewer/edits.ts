import type { Host } from '../../shared/protocol';
import type { Freezing } from '../freezing';
import type { LiveDocument } from '../documents';

type Answers = Pick<Host, 'edit' | 'undo' | 'redo' | 'freeze' | 'thaw'>;

/** Answers what changes the segment. `change` refuses where nothing may be changed. */
export function editAnswers(
  change: <T>(work: (document: LiveDocument) => Promise<T>) => Promise<T>,
  freezing: Freezing,
): Answers {
  return {
    edit: (edit) =>
      change(async (document) => {
        const reply = await document.editor.edit(edit);
        if (reply.outcome === 'written') freezing.adopt(edit);
        return reply;
      }),
    undo: () => change((document) => document.editor.undo()),
    redo: () => change((document) => document.editor.redo()),
    freeze: (request) => change(({ segment }) => freezing.start(segment, request)),
    thaw: () => {
      freezing.stop();
      return Promise.resolve();
    },
  };
}
