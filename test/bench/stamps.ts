// A peer that writes a running number as eight hexadecimal digits of text, COUNT times, at uneven times, and says when:
// one line "NUMBER MILLISECONDS" of the wall clock each. Usage: stamps NAME COUNT.
import { openSync, writeSync } from 'node:fs';

const [name = '', count = '0'] = process.argv.slice(2);
const file = openSync(`/dev/shm${name}`, 'r+');
const bytes = Buffer.alloc(8);

async function main(): Promise<void> {
  for (let number = 1; number <= Number(count); number++) {
    bytes.write(number.toString(16).padStart(8, '0'), 'latin1');
    const now = performance.timeOrigin + performance.now();
    writeSync(file, bytes, 0, bytes.length, 0);
    console.log(`${String(number)} ${String(now)}`);
    // Never in step with the looks, and far enough apart for each to be seen alone.
    await new Promise((next) => setTimeout(next, 60 + ((number * 7) % 41)));
  }
}

void main();
