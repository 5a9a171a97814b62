// Uses a segment and its lock as far as they can be used here, and says with what each step ended: "done", or the code of
// the failure. Only what it has made itself is written to and removed.
import type { LockAddress, NativeError, Segment, SegmentAddress } from '../../native/index';
import { bytesOf, identityOf, native, readText } from '../native/ground';

const [address, lock] = JSON.parse(process.argv[2] ?? '[]') as [SegmentAddress, LockAddress];
const found: Record<string, unknown> = { library: native.programAbi(process.pid)?.library };
const text = 'hello';

async function step(name: string, work: () => unknown): Promise<boolean> {
  try {
    await work();
    found[name] = 'done';
  } catch (error) {
    found[name] = (error as NativeError).code;
  }
  return found[name] === 'done';
}

async function main(): Promise<void> {
  let segment: Segment | undefined;
  const create = async (withLock: object): Promise<void> => {
    segment = await native.create(address, { size: 100, ...withLock });
  };
  const mine =
    (await step('created', () => create({ lock }))) ||
    (found['created'] === 'unsupported' && (await step('createdAlone', () => create({}))));
  segment ??= await native.open(address, { access: 'observe', write: false });
  const known = segment;
  if (mine) known.write(0, bytesOf(text));
  found['read'] = readText(known, 0, 6).replace('\0', '');
  const bytes = { expected: bytesOf(text), bytes: bytesOf('HELLO') };
  if (mine)
    await step('exchanged', () =>
      native.exchange({ segment: known, lock, offset: 0, ...bytes, timeoutMs: 1000 }),
    );
  await step('locked', async () => {
    const held = await native.acquireLock(lock, { timeoutMs: 0, create: true });
    found['value'] = native.peekLock(lock).value;
    held.release();
  });
  found['value'] ??= native.peekLock(lock).value;
  known.close();
  if (mine) {
    await step('lockRemoved', () => {
      native.removeLock(lock);
    });
    await step('removed', () => {
      native.remove(address, identityOf(native.info(address)));
    });
    await step('opened', () => native.open(address, { access: 'observe', write: false }));
  }
  console.log(JSON.stringify(found));
}

void main();
