// A program to be debugged: `writer.js NAME` counts in the POSIX segment NAME while its second word is 1.
const { openSync, readSync, writeSync } = require('node:fs');
const file = openSync(`/dev/shm${process.argv[2]}`, 'r+');
const word = Buffer.alloc(4);
const get = (at) => (readSync(file, word, 0, 4, at), word.readUInt32LE());
const set = (at, value) => (word.writeUInt32LE(value), writeSync(file, word, 0, 4, at));
set(4, process.pid);
const timer = setInterval(() => {
  const order = get(4);
  if (order === 0) clearInterval(timer);
  if (order === 1) set(0, get(0) + 1);
}, 20);
