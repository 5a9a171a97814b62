import { equal } from 'node:assert/strict';
import { test } from 'node:test';
import { native } from '../native/ground';
import { output, times } from './scale';

test('watches, sweeps, searches, edits, resizing and closing at once: no data race', async () => {
  const name = `/lens-threads-${String(process.pid)}`;
  try {
    equal(await output('threads', name, times(30, 3000)), '');
  } finally {
    if (native.list('posix').some((info) => info.name === name)) {
      native.remove({ mechanism: 'posix', name }, identityOf(name));
      native.removeLock({ mechanism: 'posix', name });
    }
  }
});

function identityOf(name: string): string {
  const { device, inode } = native.info({ mechanism: 'posix', name });
  return `${String(device)}:${String(inode)}`;
}
