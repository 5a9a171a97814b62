import { Diagnostic, DiagnosticSeverity, l10n, Range, Uri, type TextDocument } from 'vscode';
import type { LocalLock } from '../../core/source/localLocks';

/** Which processes lock() keeps apart. */
const manual = 'https://doc.qt.io/qt-6/qsharedmemory.html#lock';

/** Says of each lock that other processes do not know it. */
export function hintsOf(document: TextDocument, locks: readonly LocalLock[]): readonly Diagnostic[] {
  return locks.map(({ start, end, lock, memory }) => {
    const hint = new Diagnostic(
      new Range(document.positionAt(start), document.positionAt(end)),
      l10n.t(
        '“{0}” keeps only the threads of this process apart: other processes that use “{1}” do not wait for it. QSharedMemory::lock() and unlock() keep them apart.',
        lock,
        memory,
      ),
      DiagnosticSeverity.Hint,
    );
    hint.source = 'Segment Lens';
    hint.code = { value: 'process-local-lock', target: Uri.parse(manual) };
    return hint;
  });
}
