import type { OpenSegment, Segments } from './segments';
import type { Native } from './native';
import type { NativeKey } from './key';

export interface RecreateOptions {
  /** Although others are attached. */
  readonly force: boolean;
  /** For the lock, milliseconds. */
  readonly timeoutMs: number;
}

export function recreateSegment(
  _segments: Segments,
  _native: Native,
  _key: NativeKey,
  _size: number,
  _options: RecreateOptions,
): Promise<OpenSegment> {
  throw new Error('unwritten');
}
