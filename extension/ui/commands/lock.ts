import { l10n, ProgressLocation, window } from 'vscode';
import { lockAddress } from '../../core/key';
import { confirm } from '../ask';
import type { LoadedContext } from '../context';
import { lockTimeout } from '../settings';
import type { Target } from '../target';

/** Takes the lock and holds it until Unlock, after saying what that risks. Times out as configured. */
export async function lock(context: LoadedContext, target: Target): Promise<void> {
  const { native, documents } = context.system;
  const address = lockAddress(target.key);
  if (address === null) {
    throw new Error(l10n.t('No lock belongs to {0}: nothing in its key says which one.', target.label));
  }
  await documents.use(target.key, async (segment) => {
    if (segment.holdsLock) return;
    const create = segment.lock.state === 'none';
    if (!(await accepted(target, address.mechanism === 'posix', create))) return;
    const cancel = new native.Cancel();
    const title = l10n.t('Waiting for the lock of {0}', target.label);
    const wait = { timeoutMs: lockTimeout(), create, cancel };
    await window.withProgress(
      { location: ProgressLocation.Notification, cancellable: true, title },
      async (_progress, token) => {
        token.onCancellationRequested(() => {
          cancel.cancel();
        });
        await segment.acquireLock(wait);
        context.log.info(`locked ${target.id}`);
      },
    );
  });
}

/** Gives the lock back. */
export async function unlock(context: LoadedContext, target: Target): Promise<void> {
  await context.system.documents.use(target.key, (segment) => {
    if (!segment.holdsLock) {
      throw new Error(l10n.t('This window does not hold the lock of {0}.', target.label));
    }
    segment.releaseLock();
    context.log.info(`unlocked ${target.id}`);
  });
}

/** Asks once where locking can do harm: a POSIX lock, or one that does not exist yet. */
async function accepted(target: Target, posix: boolean, create: boolean): Promise<boolean> {
  const detail = [
    ...(create ? [l10n.t('There is no such lock yet: it will be created.')] : []),
    ...(posix
      ? [
          l10n.t(
            'The system does not give a POSIX lock back when its holder crashes: should VS Code crash while it holds the lock, every program waits for ever.',
          ),
        ]
      : []),
  ];
  if (detail.length === 0) return true;
  const wait = l10n.t('All programs that want the lock wait until you unlock.');
  return confirm(l10n.t('Lock {0}?', target.label), [...detail, wait].join('\n'), l10n.t('Lock'));
}
