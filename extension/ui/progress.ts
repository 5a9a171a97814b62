import { setTimeout as pause } from 'node:timers/promises';
import { ProgressLocation, window } from 'vscode';

/**
 * Runs long work with a notification that shows how much of it is done, 0..1, and can cancel it. `afterMs`: work that is
 * often done by then has none, which would only flash.
 */
export async function withProgress<T>(
  title: string,
  work: (report: (fraction: number) => void, signal: AbortSignal) => Promise<T>,
  afterMs = 0,
): Promise<T> {
  const abort = new AbortController();
  let done = 0;
  let tell = (): void => undefined;
  const running = work((fraction) => {
    done = fraction;
    tell();
  }, abort.signal);
  const settled = running.then(
    () => true,
    () => true,
  );
  if (afterMs > 0 && (await Promise.race([settled, pause(afterMs, false)]))) return running;
  return window.withProgress(
    { location: ProgressLocation.Notification, cancellable: true, title },
    (progress, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      let said = 0;
      tell = () => {
        const increment = Math.floor(done * 100) - said;
        if (increment < 1) return;
        said += increment;
        progress.report({ increment });
      };
      tell();
      return running;
    },
  );
}
