import type { Since } from '../../core/debug/stopMoments';
import type { Context } from '../context';
import type { Viewer } from '../viewer';

/** Shows in the view what changed since the last stop, the last step or the start of debugging. Reads only. */
export function changesSince(since: Since): (context: Context, viewer: Viewer) => Promise<void> {
  return async (context, viewer) => (await context.debugging()).stops.show(viewer, since);
}
