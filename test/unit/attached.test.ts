import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Attachments } from '../../extension/core/attached';
import type { Mapping } from '../../extension/core/native';
import { mostMappings } from '../../extension/shared/limits';
import { FakeMachine } from './fake';

const page = 4096;

/** The mappings that process 4242 has by such a scan. */
function mappingsOf(parts: readonly Partial<Mapping>[]): unknown {
  const machine = new FakeMachine();
  const memory = machine.add('posix', '/listed', new Uint8Array(8));
  const plain = {
    pid: 4242,
    device: 1,
    inode: memory.id,
    shmid: null,
    offset: 0,
    length: page,
    writable: true,
  };
  const mappings = parts.map((part, index) => ({ ...plain, address: `7f000${String(index)}000`, ...part }));
  const attachments = new Attachments({
    processes: [{ pid: 4242, name: 'p', commandLine: 'p', uid: 0, start: 1 }],
    mappings,
    denied: 0,
  });
  const info = machine.native.info({ mechanism: 'posix', name: '/listed' });
  return attachments.of(info)[0]?.mappings;
}

test('every mapping of a process is told, of the same bytes twice and of parts', () => {
  assert.deepEqual(
    mappingsOf([
      { address: '7f0000000000', length: 4 * page },
      { address: '7f0000100000', offset: 2 * page },
      { address: '7f0000200000', length: 4 * page },
    ]),
    [
      { address: '7f0000000000', offset: 0, length: 4 * page },
      { address: '7f0000100000', offset: 2 * page, length: page },
      { address: '7f0000200000', offset: 0, length: 4 * page },
    ],
  );
});

test('a mapping that the system lists in parts, since their rights differ, is one', () => {
  assert.deepEqual(
    mappingsOf([
      { address: '7f0000000000' },
      { address: '7f0000001000', offset: page, writable: false },
      { address: '7f0000002000', offset: 3 * page },
      { address: '7f0000004000', offset: 4 * page },
    ]),
    [
      { address: '7f0000000000', offset: 0, length: 2 * page },
      { address: '7f0000002000', offset: 3 * page, length: page },
      { address: '7f0000004000', offset: 4 * page, length: page },
    ],
  );
});

test('a process that maps far past any segment, or very often, is still told of', () => {
  assert.deepEqual(mappingsOf([{ address: '1000' }, { address: '7f0000000000', offset: 2 ** 62 }]), [
    { address: '1000', offset: 0, length: page },
  ]);
  const often = Array.from({ length: 1000 }, (_, index) => ({
    address: (0x7f0000000000 + index * page).toString(16),
  }));
  assert.equal((mappingsOf(often) as unknown[]).length, mostMappings);
});
