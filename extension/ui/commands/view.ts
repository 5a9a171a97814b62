import { l10n } from 'vscode';
import { SegmentError } from '../../core/errors';
import type { Gesture } from '../../shared/gestures';
import { askText } from '../ask';
import type { Context } from '../context';
import type { Viewer } from '../viewer';
import { askOffset } from './write';

/** Asks for an offset and goes there. */
export async function goToOffset(_context: Context, viewer: Viewer): Promise<void> {
  const size = viewer.lastFrame?.size ?? viewer.document?.segment.info?.size ?? 0;
  if (size === 0) throw new Error(l10n.t('There are no bytes to go to.'));
  const offset = await askOffset(l10n.t('Go to Offset'), size, viewer.cursor.offset);
  if (offset === undefined) return;
  viewer.reveal(offset, 0);
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
