import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { errorCodes, SegmentError, type ErrorCode, type ErrorFacts } from '../../../extension/core/errors';
import { phrase } from '../../../extension/ui/phrases';
import { lockText } from '../../../extension/ui/text';
import type { LockStatus } from '../../../extension/shared/lock';

suite('What a person is told', () => {
  const told: readonly (readonly [code: ErrorCode, facts: ErrorFacts, sentence: string])[] = [
    [
      'permission-denied',
      { owner: 'root', mode: 0o600 },
      'Permission denied: owned by root, mode 0600. Run VS Code as root, or ask root for mode 0660.',
    ],
    [
      'not-found',
      { tried: ['posix:/a', 'systemv:/tmp/b'] },
      'Not found: no segment has this key. Tried: posix:/a, systemv:/tmp/b.',
    ],
    [
      'out-of-resources',
      { size: 4 * 1024 * 1024, free: 1024 },
      'The system has no room for 4,194,304 B (4 MiB), with 1,024 B free. Nothing was created: choose a smaller size, or remove segments that nobody uses.',
    ],
    [
      'busy',
      { holder: { pid: 7, name: 'consumer' }, waitedMs: 2000 },
      'The lock is held by consumer (7): gave up after 2000 ms, as segmentLens.lockTimeout says. Nothing was written.',
    ],
    [
      'busy',
      { holder: null },
      'The lock is held by a process that the system does not name. Nothing was written.',
    ],
    [
      'busy',
      { holder: { pid: 7, name: 'consumer' }, written: 65536 },
      'The lock is held by consumer (7). The first 65,536 B had been written by then.',
    ],
    ['busy', { attached: [{ pid: 8, name: '' }] }, 'Still attached: process 8. Nothing was changed.'],
    [
      'busy',
      { attached: [{ pid: 8, name: 'peer' }], unseen: 1 },
      'Still attached: peer (8), a process that this user may not look into. Nothing was changed.',
    ],
    [
      'busy',
      { attached: [], unseen: 2 },
      'Still attached: processes that this user may not look into (2 attaches). Nothing was changed.',
    ],
    ['not-found', { file: '/a/b' }, '/a/b or its folder does not exist: choose another file.'],
    [
      'permission-denied',
      { file: '/a/b' },
      'The system does not permit this with /a/b: choose another file, or change its mode.',
    ],
    [
      'out-of-resources',
      { file: '/a/b' },
      'The disk has no room for /a/b: free some space, or choose another folder.',
    ],
    [
      'invalid-size',
      { rule: 'not-a-file', file: '/dev' },
      '/dev is no file with bytes in it: choose a plain file.',
    ],
    ['out-of-resources', {}, 'The system is out of shared memory: remove segments that nobody uses.'],
    [
      'out-of-resources',
      { rescued: '/tmp/rescued.bin' },
      'The system is out of shared memory: remove segments that nobody uses. Nor could the old segment be made again: its bytes are saved in /tmp/rescued.bin.',
    ],
    ['permission-denied', { rule: 'observing' }, 'Observing only: attach to write.'],
    [
      'invalid-size',
      { rule: 'not-a-size', minimum: '1', maximum: '65536' },
      'A size is a whole number from 1 to 65,536 bytes, such as 1024, 4 KiB or 0x400.',
    ],
    [
      'invalid-size',
      { rule: 'not-hex', found: 'z' },
      '“z” is no hex digit: hex bytes are digits 0-9 and A-F, such as 48 65 6C.',
    ],
    [
      'invalid-size',
      { rule: 'not-in-encoding', found: 'U+00E9 (é)' },
      'This encoding lacks U+00E9 (é): leave it out, or choose another encoding.',
    ],
    [
      'invalid-size',
      { rule: 'not-an-integer', minimum: '0', maximum: '255' },
      'This is no whole number: type one from 0 to 255, such as 42 or 0x2A.',
    ],
    [
      'invalid-key',
      { rule: 'too-many-letters', maximum: '197' },
      'This key is too long: at most 197 letters a-z fit into the name that Qt makes of it. Other characters cost nothing.',
    ],
    [
      'already-exists',
      { size: 10, owner: 'me', attached: [{ pid: 9, name: 'peer' }] },
      'It exists: 10 B, owned by me, attached by peer (9).',
    ],
    [
      'invalid-size',
      { rule: 'past-the-end', maximum: '1234' },
      'This would go past the end: there is room for 1,234 B.',
    ],
    [
      'invalid-size',
      { rule: 'past-the-end', minimum: '0', maximum: '1230', size: 1234 },
      'This would go past the end: the segment has 1,234 B, it fits at offsets from 0x0 (0) to 0x4CE (1,230).',
    ],
    [
      'invalid-size',
      { rule: 'past-the-end', size: 1234 },
      'This would go past the end: the segment has 1,234 B.',
    ],
    ['unknown', { call: 'shmget', errno: 5 }, 'as the system said (shmget, errno 5)'],
  ];
  for (const [code, facts, sentence] of told) {
    test(`${code} with ${Object.keys(facts).join(' and ')}: ${sentence}`, () => {
      assert.equal(phrase(new SegmentError(code, 'as the system said', facts)), sentence);
    });
  }

  test('has a sentence for every failure, and for what is no failure of ours', () => {
    for (const code of errorCodes) assert.match(phrase(new SegmentError(code, 'why')), /^\S.*/);
    assert.equal(phrase(new Error('something else')), 'something else');
    assert.equal(phrase('a text'), 'a text');
    assert.equal(phrase(undefined), 'undefined');
  });

  test('names the state of a lock, its holder and its waiters only as far as they are known', () => {
    const lock = (part: Partial<LockStatus>): string =>
      lockText({ kind: 'systemv', state: 'free', holder: null, waiters: null, value: null, ...part });
    assert.equal(lock({}), 'lock free');
    assert.equal(
      lock({ state: 'held', holder: { pid: 4712, name: 'consumer' }, waiters: 1 }),
      'held by consumer (4712), 1 waiting',
    );
    assert.equal(lock({ state: 'held', waiters: 0 }), 'held, holder unknown');
    assert.equal(lock({ state: 'stale', holder: { pid: 4712, name: '' } }), 'stale lock: process 4712 died');
    assert.equal(lock({ state: 'damaged', value: 2 }), 'lock damaged: its value is 2');
  });
});
