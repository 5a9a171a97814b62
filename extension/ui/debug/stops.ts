import { isDeepStrictEqual } from 'node:util';
import { l10n, workspace, type DebugSession, type LogOutputChannel } from 'vscode';
import { momentSide } from '../../core/comparison';
import type { Since } from '../../core/debug/stopMoments';
import { StopMoments, takeStop, type StopMoment } from '../../core/debug/stopMoments';
import type { OpenSegment } from '../../core/segments';
import type { Compared } from '../../shared/compare';
import type { Disposable } from '../../shared/disposable';
import { visibleName } from '../../shared/visibleName';
import { phrase } from '../phrases';
import { copyText } from '../text';
import type { Viewer } from '../viewer';
import type { Viewers } from '../viewers';
import type { Debuggee, Debuggees } from './debuggees';
import { preciseTimeText } from './breakText';

/** Remembers at every stop what the segments in view held, and has views show what changed since. */
export class Stops implements Disposable {
  readonly #moments = new StopMoments();
  readonly #following = new Map<Viewer, Since>();
  readonly #subscriptions: readonly Disposable[];
  readonly #aborting = new AbortController();
  #taking: Promise<void> = Promise.resolve();

  constructor(
    private readonly viewers: Viewers,
    private readonly debuggees: Debuggees,
    private readonly log: LogOutputChannel,
    private readonly remembers: (session: DebugSession) => boolean,
  ) {
    this.#subscriptions = [
      debuggees.onDidStop((debuggee) => {
        this.#taking = this.#taking.then(() => this.#stopped(debuggee));
      }),
      debuggees.onDidBegin(() => {
        if (debuggees.all.length === 1) this.#moments.begin();
        this.#taking = this.#taking.then(() => this.#started());
      }),
      debuggees.onDidChange(() => {
        void this.#taking.then(() => {
          this.#refresh();
        });
      }),
      viewers.onDidChange(() => {
        if (debuggees.all.length > 0) this.#taking = this.#taking.then(() => this.#started());
      }),
    ];
  }

  /** Resolves when what was asked for so far is remembered. */
  get settled(): Promise<void> {
    return this.#taking;
  }

  /** Shows what changed since then, and goes on to the next stop by itself. Throws where there is nothing to compare with. */
  async show(viewer: Viewer, since: Since): Promise<void> {
    await this.#taking;
    if (!this.#compare(viewer, since, true)) throw new Error(nothingYet(since));
    this.#following.set(viewer, since);
  }

  /** What a view compares with because of a stop; null: nothing. */
  shown(viewer: Viewer): StopMoment | null {
    const since = this.#following.get(viewer);
    const segment = viewer.document?.segment.id;
    if (since === undefined || segment === undefined) return null;
    return this.#moments.since(segment, since, this.debuggees.isStanding);
  }

  dispose(): void {
    this.#aborting.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** What is open in a view, also in a tab that the source of a stop has covered. */
  get #inView(): readonly OpenSegment[] {
    const shown = this.viewers.all.flatMap(({ document }) =>
      document?.segment.presence === 'live' ? [document.segment] : [],
    );
    return [...new Set(shown)];
  }

  async #started(): Promise<void> {
    const label = l10n.t('Start of debugging');
    for (const segment of this.#inView) {
      if (this.#moments.since(segment.id, 'start', false) !== null) continue;
      const taken = await this.#take(segment, label);
      if (taken !== null) this.#moments.started(segment.id, taken);
    }
  }

  async #stopped({ session, state }: Debuggee): Promise<void> {
    const { stop } = state;
    if (!this.remembers(session)) return;
    const label = l10n.t('{0}, {1}', visibleName(session.name), reasonText(stop?.reason ?? ''));
    for (const segment of this.#inView) {
      const taken = await this.#take(segment, label);
      if (taken !== null) this.#moments.stopped(segment.id, taken, stop?.isStep === true);
    }
    this.#refresh();
  }

  async #take(segment: OpenSegment, label: string): Promise<StopMoment | null> {
    try {
      return { moment: await takeStop(segment, workspace.isTrusted, this.#aborting.signal), label };
    } catch (error) {
      this.log.info(`not remembered at a stop: ${segment.id}: ${phrase(error)}`);
      return null;
    }
  }

  #refresh(): void {
    for (const [viewer, since] of this.#following) {
      if (viewer.compared?.kind === 'moment' && this.viewers.all.includes(viewer))
        this.#compare(viewer, since, false);
      else this.#following.delete(viewer);
    }
  }

  #compare(viewer: Viewer, since: Since, turn: boolean): boolean {
    const segment = viewer.document?.segment;
    if (segment === undefined) return false;
    const found = this.#moments.since(segment.id, since, this.debuggees.isStanding);
    if (found === null) return false;
    const { moment, label } = found;
    const last = this.debuggees.isStanding ? this.#moments.last(segment.id) : null;
    const stop = last === found ? null : last;
    const compared: Compared = {
      kind: 'moment',
      title: l10n.t('{0}: {1}', sinceText(since), label),
      detail: l10n.t('What this segment held at {0}, {1}.', preciseTimeText(moment.at), copyText(moment)),
      size: moment.size,
      stop: stop && l10n.t('{0}, {1}', stop.label, preciseTimeText(stop.moment.at)),
      notice: null,
    };
    if (!turn && isDeepStrictEqual(viewer.compared, compared)) return true;
    viewer.compare(
      { kind: 'moment', ...momentSide(moment), ...(stop && { stop: momentSide(stop.moment) }) },
      () => compared,
      () => undefined,
      turn,
    );
    return true;
  }
}

function sinceText(since: Since): string {
  if (since === 'step') return l10n.t('Since the last step');
  return since === 'stop' ? l10n.t('Since the last stop') : l10n.t('Since the start');
}

function nothingYet(since: Since): string {
  if (since === 'step')
    return l10n.t('No step was remembered of this segment yet: step once while it is open.');
  return since === 'stop'
    ? l10n.t('No earlier stop was remembered of this segment: stop once more while it is open.')
    : l10n.t('Nothing is being debugged: start a debug session while this segment is open.');
}

/** Why it stopped, by the words of the Debug Adapter Protocol; others are shown as they are. */
function reasonText(reason: string): string {
  switch (reason) {
    case 'breakpoint':
      return l10n.t('breakpoint');
    case 'step':
      return l10n.t('step');
    case 'pause':
      return l10n.t('pause');
    case 'exception':
      return l10n.t('exception');
    case 'entry':
      return l10n.t('entry');
    default:
      return reason === '' ? l10n.t('stop') : visibleName(reason);
  }
}
