import type { Disposable } from '../shared/disposable';

export type { Disposable };

/** Calls the listener at every firing until disposed. Shape of vscode.Event for listeners with one argument. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The source of an event. A listener that throws does not keep the others from being called. */
export class Emitter<T> {
  private readonly listeners = new Set<{ readonly call: (value: T) => void }>();

  readonly event: Event<T> = (call) => {
    const entry = { call };
    this.listeners.add(entry);
    return {
      dispose: () => {
        this.listeners.delete(entry);
      },
    };
  };

  /** A listener's failure is thrown in a turn of its own, past whoever fires. */
  fire(value: T): void {
    for (const { call } of [...this.listeners]) {
      try {
        call(value);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
