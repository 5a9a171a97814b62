// Stands for VS Code where the proof runs the extension's own answers to a view: to be imported before them.
import Module from 'node:module';

class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly event = (listener: (value: T) => void): { dispose: () => void } => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  dispose(): void {
    this.#listeners.clear();
  }
}

let clipboard = '';

const vscode = {
  EventEmitter,
  env: {
    clipboard: {
      readText: () => Promise.resolve(clipboard),
      writeText: (text: string) => {
        clipboard = text;
        return Promise.resolve();
      },
    },
  },
  l10n: { t: (text: string) => text },
  workspace: {
    isTrusted: true,
    getConfiguration: () => ({ get: <T>(_name: string, fallback: T) => fallback }),
    onDidChangeConfiguration: () => ({ dispose: () => undefined }),
  },
};

const loader = Module as unknown as { _load: (name: string, ...rest: readonly unknown[]) => unknown };
const load = loader._load;
loader._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
