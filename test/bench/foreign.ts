// A process that nobody debugs: for each line that it reads it writes the next number into the POSIX segment NAME, at no
// fixed time after it, and says when: a line of milliseconds of the wall clock.
import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const file = openSync(`/dev/shm${process.argv[2] ?? ''}`, 'r+');
const word = Buffer.alloc(4);
let number = 0;

createInterface({ input: process.stdin }).on('line', () => {
  setTimeout(
    () => {
      word.writeUInt32LE(++number);
      const now = performance.timeOrigin + performance.now();
      writeSync(file, word, 0, word.length, 0);
      console.log(String(now));
    },
    (number * 7) % 41,
  );
});
