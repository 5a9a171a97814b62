import { ProgressLocation, window } from 'vscode';

/** Runs long work with a notification that shows how much of it is done, 0..1, and can cancel it. */
export async function withProgress<T>(
  title: string,
  work: (report: (fraction: number) => void, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const abort = new AbortController();
  return window.withProgress(
    { location: ProgressLocation.Notification, cancellable: true, title },
    (progress, token) => {
      token.onCancellationRequested(() => {
        abort.abort();
      });
      let said = 0;
      const report = (fraction: number): void => {
        const increment = Math.floor(fraction * 100) - said;
        if (increment < 1) return;
        said += increment;
        progress.report({ increment });
      };
      return work(report, abort.signal);
    },
  );
}
