import { l10n, ProgressLocation, window } from 'vscode';
import { lockAddress } from '../../core/key';
import { confirm } from '../ask';
import type { LoadedContext } from '../context';
import { lockTimeout } from '../settings';
import type { Target } from '../target';

/** Takes the lock and holds it until Unlock, after saying what that risks. Times out as configured. */
export async function lock(context: LoadedContext, target: Target): Promise<void> {
  const { system } = context;
  const address = lockAddress(target.key);
  if (address === null) {
    throw new Error(l10n.t('No lock belongs to {0}: nothing in its key says which one.', target.label));
  }
  const document = system.documents.checkout(target.key);
  const { segment } = document;
  try {
    if (segment.holdsLock) return;
    const missing = segment.lock.state === 'none';
    if (address.mechanism === 'posix' && !(await acceptPosix(target, missing))) return;
    if (address.mechanism !== 'posix' && missing && !(await acceptNew(target))) return;
    const cancel = new system.native.Cancel();
    await window.withProgress(
      {
        location: ProgressLocation.Notification,
        cancellable: true,
        title: l10n.t('Waiting for the lock of {0}', target.label),
      },
      async (_progress, token) => {
        token.onCancellationRequested(() => cancel.cancel());
        await segment.acquireLock({ timeoutMs: lockTimeout(), create: missing, cancel });
      },
    );
    system.documents.settle(segment);
    context.log.info(`locked ${target.id}`);
  } finally {
    document.dispose();
  }
}

/** Gives the lock back. */
export function unlock(context: LoadedContext, target: Target): void {
  const document = context.system.documents.checkout(target.key);
  try {
    if (!document.segment.holdsLock) {
      throw new Error(l10n.t('This window does not hold the lock of {0}.', target.label));
    }
    document.segment.releaseLock();
    context.log.info(`unlocked ${target.id}`);
  } finally {
    context.system.documents.settle(document.segment);
    document.dispose();
  }
}

function acceptPosix(target: Target, missing: boolean): Promise<boolean> {
  const crash = l10n.t(
    'The system does not give a POSIX lock back when its holder crashes: should VS Code crash while it holds the lock, every program waits for ever. All programs that want the lock wait until you unlock.',
  );
  const create = missing ? `${l10n.t('There is no such lock yet: it will be created.')}\n` : '';
  return confirm(l10n.t('Lock {0}?', target.label), create + crash, l10n.t('Lock'));
}

function acceptNew(target: Target): Promise<boolean> {
  return confirm(
    l10n.t('Lock {0}?', target.label),
    l10n.t('There is no such lock yet: it will be created.'),
    l10n.t('Lock'),
  );
}
