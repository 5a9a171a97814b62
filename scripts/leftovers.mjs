// What of shared memory, of our temporary files and of our processes is in the system, to be compared before and after.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';

const ours = /^(qipc_(sharedmemory|systemsem)_|segment-lens|sl-code-|playwright)/;

/**
 * Lines that each name one thing.
 * @param {string} mark Processes with it in their environment are ours.
 */
export function inventory(mark) {
  return new Set([...posix(), ...systemV('shm'), ...systemV('sem'), ...files(), ...processes(mark)]);
}

/** What was not there before. */
export function leftovers(before, now) {
  return [...now].filter((line) => !before.has(line));
}

function posix() {
  return readdirSync('/dev/shm').map((name) => `POSIX object /dev/shm/${name}`);
}

function systemV(kind) {
  const lines = readFileSync(`/proc/sysvipc/${kind}`, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [key = '', id = ''] = line.trim().split(/\s+/);
    return `System V ${kind} ${id}, key 0x${(Number(key) >>> 0).toString(16)}`;
  });
}

function files() {
  return [...new Set([tmpdir(), '/tmp'])].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => ours.test(name))
      .map((name) => `file ${folder}/${name}`),
  );
}

function processes(mark) {
  return marked(mark).map((pid) => {
    try {
      return `process ${pid}: ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`;
    } catch {
      return `process ${pid}`;
    }
  });
}

/** Process ids with a text in their environment, without this one. */
export function marked(mark) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark);
      } catch {
        return false; // It has ended, or is another user's.
      }
    })
    .map(Number);
}
