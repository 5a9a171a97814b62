import { InputBoxValidationSeverity, l10n, window } from 'vscode';
import { SegmentError } from '../../core/errors';
import { offsetOf } from '../../shared/expression';
import type { Gesture } from '../../shared/gestures';
import { askText } from '../ask';
import type { Context } from '../context';
import { problemText } from '../strings';
import { hexText, placeText } from '../text';
import type { Viewer } from '../viewer';

/** Asks for an offset, which may be an expression, and goes there. */
export async function goToOffset({ bookmarks }: Context, viewer: Viewer): Promise<void> {
  const size = viewer.picture?.size ?? viewer.document?.segment.info?.size ?? 0;
  if (size === 0) throw new Error(l10n.t('There are no bytes to go to.'));
  const segment = viewer.document?.segment.id ?? '';
  const known = bookmarks.of(segment);
  const surroundings = {
    size,
    cursor: viewer.cursor.offset,
    bookmark: (wanted: string) => known.find(({ name }) => name === wanted)?.offset,
  };
  const text = await window.showInputBox({
    title: l10n.t('Go to Offset'),
    prompt: l10n.t('An offset such as 64, 0x40, +16, 50%, end - 16, page 3, #bookmark or 0x40 + 8*12'),
    value: hexText(viewer.cursor.offset),
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const found = offsetOf(typed, surroundings);
      if ('problem' in found) return problemText(found.problem);
      return { message: `= ${placeText(found.offset)}`, severity: InputBoxValidationSeverity.Info };
    },
  });
  if (text === undefined) return;
  const found = offsetOf(text, surroundings);
  if ('problem' in found) throw new Error(problemText(found.problem));
  viewer.reveal(found.offset, 0);
  viewer.focus();
}

/** Asks for the looks per second of this view. */
export async function setRate(_context: Context, viewer: Viewer): Promise<void> {
  const text = await askText({
    title: l10n.t('Looks per Second'),
    prompt: l10n.t('How often this view looks at the segment, from 1 to 60 times a second'),
    value: String(viewer.pace.hertz),
    check: parseRate,
  });
  if (text !== undefined) viewer.setPace({ ...viewer.pace, hertz: parseRate(text) });
}

/** A command that the view itself carries out. */
export function perform(gesture: Gesture): (context: Context, viewer: Viewer) => void {
  return (_context, viewer) => {
    viewer.perform(gesture);
  };
}

function parseRate(text: string): number {
  const value = /^\s*\d{1,3}\s*$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= 60) return value;
  throw new SegmentError('invalid-size', `${text} is not in 1..60`, {
    rule: 'number-range',
    minimum: '1',
    maximum: '60',
  });
}
