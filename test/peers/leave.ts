import type { Segments } from '../../extension/core/segments';

/** Detaches from all that is attached, by Qt's rule: ending alone leaves a segment in place, also as its last. */
export async function leaveAll({ opened }: Pick<Segments, 'opened'>): Promise<void> {
  for (const segment of opened) {
    if (segment.access === 'attach') await segment.detach();
  }
}
