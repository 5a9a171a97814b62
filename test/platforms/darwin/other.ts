// Another process with the addon: does what its argument says, tells what it read, and keeps all that it has until it is
// let go.
import type { LockAddress, SegmentAddress } from '../../../native/index';
import { bytesOf, native, readText } from '../../native/ground';

export type Step =
  | {
      readonly create: SegmentAddress;
      readonly lock: LockAddress;
      readonly size: number;
      readonly text: string;
    }
  | { readonly read: SegmentAddress; readonly length: number }
  | { readonly hold: LockAddress };

const kept: unknown[] = [];

async function act(step: Step): Promise<string> {
  if ('hold' in step) {
    kept.push(await native.acquireLock(step.hold, { timeoutMs: 10_000, create: true }));
    return 'held';
  }
  if ('read' in step) {
    const segment = await native.open(step.read, { access: 'attach', write: false });
    kept.push(segment);
    return readText(segment, 0, step.length);
  }
  const segment = await native.create(step.create, { size: step.size, lock: step.lock });
  kept.push(segment);
  segment.write(0, bytesOf(step.text));
  return 'created';
}

async function main(): Promise<void> {
  const said: string[] = [];
  for (const step of JSON.parse(process.argv[2] ?? '[]') as Step[]) said.push(await act(step));
  process.send?.(said);
}

process.once('disconnect', () => {
  process.exit(0);
});
void main();
