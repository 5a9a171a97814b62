import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../root';

/** How the two programs reach the segment. */
export type Form = 'qt5' | 'qt6' | 'node';

/** A running program of the demo. */
export interface Program {
  readonly pid: number;
  /** Lines it has printed: what it did to the segment. */
  readonly said: readonly string[];
  /** Resolves with the next line, or one already printed, that begins with a word; rejects when it ends before. */
  says(word: string): Promise<string>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  /** Asks it to leave by SIGTERM; resolves with its exit code. */
  leave(): Promise<number | null>;
}

/** The forms whose programs have been built, best first. */
export function availableForms(): readonly Form[] {
  const forms: readonly Form[] = ['qt6', 'qt5', 'node'];
  return forms.filter((form) => existsSync(commandOf(form, 'consumer').at(-1) ?? ''));
}

/** Starts one of them in a process group of its own: a Ctrl-C of the terminal is not for it. */
export function startProgram(form: Form, role: 'producer' | 'consumer', args: readonly string[]): Program {
  const [command = '', ...before] = commandOf(form, role);
  const child = spawn(command, [...before, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  const said: string[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line);
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | null>((done) => {
    child.on('close', (code) => {
      done(code);
      for (const listener of listeners) listener();
    });
  });
  return {
    pid: child.pid ?? 0,
    said,
    ended,
    says: (word) =>
      new Promise((settle, reject) => {
        const look = (): void => {
          const line = said.find((candidate) => candidate.startsWith(word));
          const over = isOver(child);
          if (line === undefined && !over) return;
          listeners.delete(look);
          if (line !== undefined) settle(line);
          else reject(new Error(`The ${role} ended before it ${word}; it said: ${said.join(', ')}`));
        };
        listeners.add(look);
        look();
      }),
    leave: () => {
      if (!isOver(child)) child.kill('SIGTERM');
      return ended;
    },
  };
}

function isOver(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

function commandOf(form: Form, role: string): readonly string[] {
  return form === 'node'
    ? [process.execPath, join(root, `out/test/demo/${role}.js`)]
    : [join(root, `out/programs/${form}-${role}`)];
}
