import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as face from '../../native/index';
import { inspectAddon } from './addonFile';
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

/**
 * Loads `<extensionPath>/out/segment_lens.node`. Never throws, and does not let the system load what would not be whole
 * or for this platform.
 */
export function loadNative(extensionPath: string): NativeLoad {
  const file = join(extensionPath, 'out', 'segment_lens.node');
  let finding = inspectAddon(file);
  try {
    if (finding === null) return { native: createRequire(file)(file) as Native };
  } catch (error) {
    finding = { fault: 'refused', found: error instanceof Error ? error.message : String(error) };
  }
  const { fault, found } = finding;
  const here = `${process.platform}-${process.arch}, Node ${process.versions.node}`;
  const message = `The addon cannot be used on ${here}: ${fault}${found === undefined ? '' : ` (${found})`}`;
  return {
    missing: new SegmentError('unsupported', message, {
      call: 'dlopen',
      addon: fault,
      ...(found === undefined ? {} : { found }),
      tried: [file],
    }),
  };
}
