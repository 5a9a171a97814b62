// A peer that changes a few bytes of a POSIX segment about 200 times a second, until it is ended. Usage: writer NAME.
import { openSync, writeSync } from 'node:fs';

const file = openSync(`/dev/shm${process.argv[2] ?? ''}`, 'r+');
const bytes = Buffer.alloc(64);
let count = 0;
setInterval(() => {
  count += 1;
  bytes.writeUInt32LE(count, count % 60);
  writeSync(file, bytes, 0, bytes.length, (count * 4096) % 65536);
}, 5);
process.send?.('writing');
