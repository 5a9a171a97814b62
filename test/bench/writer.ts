// A peer that changes a few bytes of a POSIX segment every so many milliseconds, until it is ended.
// Usage: writer NAME MILLISECONDS.
import { openSync, writeSync } from 'node:fs';

const [name = '', interval] = process.argv.slice(2);
const file = openSync(`/dev/shm${name}`, 'r+');
const bytes = Buffer.alloc(64);
let count = 0;
setInterval(() => {
  count += 1;
  bytes.writeUInt32LE(count, count % 60);
  writeSync(file, bytes, 0, bytes.length, (count * 4096) % 65536);
}, Number(interval));
process.send?.('writing');
