import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as face from '../../native/index';
import { SegmentError } from './errors';

export type {
  Cancel,
  DetachResult,
  ExchangeResult,
  HeldLock,
  LockAddress,
  LockLook,
  LockPeek,
  Mapping,
  MechanismName,
  ProcessEntry,
  ProcessAddress,
  ProcessScan,
  ProgramAbi,
  ReadRoute,
  Search,
  SearchBatch,
  SearchNumbers,
  SearchRequest,
  Seen,
  Segment,
  SegmentAddress,
  SegmentInfo,
  SegmentState,
  SharedObject,
  SemaphoreMapping,
  Sweep,
  SweepMap,
  SweepProgress,
  SweepRequest,
  ThreadEntry,
  ThreadWait,
  Watch,
} from '../../native/index';

/** The addon's face. */
export type Native = typeof face;

/** The addon, or why there is none: what was tried is in the error's facts. */
export type NativeLoad = { readonly native: Native } | { readonly missing: SegmentError };

/** Loads `<extensionPath>/out/segment_lens.node`. Never throws. */
export function loadNative(extensionPath: string): NativeLoad {
  const file = join(extensionPath, 'out', 'segment_lens.node');
  try {
    return { native: createRequire(file)(file) as Native };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const platform = `${process.platform}-${process.arch}, Node ${process.versions.node}`;
    return {
      missing: new SegmentError('unsupported', `The addon does not load on ${platform}: ${reason}`, {
        call: 'dlopen',
        tried: [file],
      }),
    };
  }
}
