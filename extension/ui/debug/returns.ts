import { commands, l10n, window } from 'vscode';
import { keyLabel } from '../../core/key';
import type { OpenSegment } from '../../core/segments';
import type { Disposable } from '../../shared/disposable';
import { shortName } from '../../shared/visibleName';
import type { SystemDoor } from '../system';
import type { Debuggees } from './debuggees';

/**
 * Has views follow their key while programs are debugged: when a program starts, a segment that was removed is waited
 * for, and one that another has replaced is looked at anew. Only observes: to attach again is the user's decision, since
 * it makes this window one of those that keep the segment.
 */
export class Returns implements Disposable {
  /** Segments that we are attached to, and those of which we were when they went. */
  readonly #attached = new Set<OpenSegment>();
  readonly #lost = new Set<OpenSegment>();
  readonly #subscriptions: readonly Disposable[];
  #watching: Disposable | null = null;

  constructor(
    private readonly door: SystemDoor,
    debuggees: Debuggees,
  ) {
    this.#subscriptions = [
      debuggees.onDidBegin(() => {
        for (const segment of this.#opened) if (segment.presence === 'removed') this.#again(segment);
        this.#follow();
      }),
      debuggees.onDidChange(() => {
        if (debuggees.all.length === 0) this.#stop();
      }),
    ];
  }

  dispose(): void {
    this.#stop();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  get #opened(): readonly OpenSegment[] {
    // What a process had never comes back.
    return (this.door.tryOpen()?.segments.opened ?? []).filter(({ key }) => key.type !== 'process');
  }

  #follow(): void {
    this.#watching ??=
      this.door.tryOpen()?.segments.onDidChange(() => {
        this.#look();
      }) ?? null;
    this.#look();
  }

  #stop(): void {
    this.#watching?.dispose();
    this.#watching = null;
    this.#attached.clear();
    this.#lost.clear();
  }

  #look(): void {
    for (const segment of this.#opened) {
      const { presence, access } = segment;
      if (access === 'attach') this.#attached.add(segment);
      else if (this.#attached.delete(segment) && presence !== 'live') this.#lost.add(segment);
      if (presence === 'live' && this.#lost.delete(segment) && access === 'observe') this.#tell(segment);
      if (presence === 'recreated') this.#again(segment);
    }
  }

  #tell({ id, key }: OpenSegment): void {
    const attach = l10n.t('Attach');
    const text = l10n.t(
      '{0} is back. It was attached before, and is only observed now.',
      shortName(keyLabel(key)),
    );
    void window.showInformationMessage(text, attach).then((chosen) => {
      if (chosen === attach) void commands.executeCommand('segmentLens.attach', id);
    });
  }

  #again(segment: OpenSegment): void {
    // One that closes meanwhile needs nothing.
    void segment.reopen().catch(() => undefined);
  }
}
