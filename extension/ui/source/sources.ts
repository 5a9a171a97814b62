import { dirname } from 'node:path';
import {
  CodeLens,
  Hover,
  languages,
  Range,
  window,
  workspace,
  type CodeLensProvider,
  type HoverProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import { findCalls } from '../../core/source/findCalls';
import { keysOf } from '../../core/source/keysOf';
import { findLocalLocks, type LocalLock } from '../../core/source/localLocks';
import { sourceOf } from '../../core/source/source';
import type { SourceLanguage } from '../../core/source/token';
import type { Disposable } from '../../shared/disposable';
import type { SourceEntrance } from '../entrances';
import type { KeyMemory } from '../keyMemory';
import { section, sourceHints, sourceLens, temporaryDirectories } from '../settings';
import type { System, SystemDoor } from '../system';
import { hintsOf } from './hints';
import { hoverTexts, leavesOf, lensCommands, type Called } from './texts';

/** Between two looks at the system: at least this, and at least `share` times as long as a look takes. */
const pauseMs = 2000;
const share = 25;
/** After typing, hints are looked for once. */
const settleMs = 300;

/** A source text as it was read last. */
interface Reading {
  readonly version: number;
  readonly calls: readonly Called[];
  readonly locks: readonly LocalLock[];
  /** What the lenses say that VS Code was given; null: none yet. */
  drawn: string | null;
}

/**
 * Lenses, hovers and hints in source text. Looks at the system only while an editor with a call shows, and not where the
 * tree looks already.
 */
export class Sources implements CodeLensProvider, HoverProvider, Disposable {
  #readings = new WeakMap<TextDocument, Reading>();
  #listed = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  readonly #hints = languages.createDiagnosticCollection(section);
  readonly #disposables: readonly Disposable[] = [
    this.#hints,
    window.onDidChangeVisibleTextEditors(() => {
      this.#follow();
    }),
    workspace.onDidChangeTextDocument(({ document }) => {
      if (this.#visible.includes(document)) this.#settling ??= setTimeout(this.#settled, settleMs);
    }),
    workspace.onDidCloseTextDocument(({ uri }) => {
      this.#hints.delete(uri);
    }),
    workspace.onDidChangeConfiguration((change) => {
      if (!change.affectsConfiguration(section)) return;
      this.#readings = new WeakMap();
      this.#follow();
      this.entrance.changed.fire(undefined);
    }),
  ];

  constructor(
    private readonly entrance: SourceEntrance,
    private readonly door: SystemDoor,
    private readonly memory: KeyMemory,
  ) {
    this.#follow();
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const reading = this.#read(document);
    const system = reading.calls.length > 0 && sourceLens() ? this.door.tryOpen() : null;
    if (system === null) return [];
    await this.#list(system);
    reading.drawn = drawing(system, reading);
    this.#look(0);
    return reading.calls.flatMap((called) =>
      lensCommands(system, called).map((command) => new CodeLens(rangeOf(document, called), command)),
    );
  }

  async provideHover(document: TextDocument, position: Position): Promise<Hover | null> {
    const called = this.#read(document).calls.find((one) => rangeOf(document, one).contains(position));
    const system = called !== undefined && sourceLens() ? this.door.tryOpen() : null;
    if (called === undefined || system === null) return null;
    await this.#list(system);
    return new Hover(await hoverTexts(system, called), rangeOf(document, called));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#settling);
    for (const disposable of this.#disposables) disposable.dispose();
  }

  /** Source texts in editors that show. */
  get #visible(): readonly TextDocument[] {
    const documents = window.visibleTextEditors.map(({ document }) => document);
    return documents.filter((document) => document.uri.scheme === 'file' || document.isUntitled);
  }

  readonly #settled = (): void => {
    this.#settling = undefined;
    this.#follow();
  };

  #follow(): void {
    for (const document of this.#visible) {
      const locks = sourceHints() ? this.#read(document).locks : [];
      this.#hints.set(document.uri, hintsOf(document, locks));
    }
    this.#look(0);
  }

  /** Each version of a text is read once. */
  #read(document: TextDocument): Reading {
    const known = this.#readings.get(document);
    if (known?.version === document.version) return known;
    const source = this.entrance.wants(document)
      ? sourceOf(document.getText(), document.languageId as SourceLanguage)
      : null;
    const folders = [dirname(document.uri.fsPath), workspace.getWorkspaceFolder(document.uri)?.uri.fsPath];
    const places = {
      temporaryDirectories: temporaryDirectories(),
      folders: [...new Set(folders.filter((folder) => folder !== undefined))],
    };
    const calls = source === null ? [] : findCalls(source).map((call) => ({ call, ...keysOf(call, places) }));
    const reading: Reading = {
      version: document.version,
      calls,
      locks: source === null ? [] : findLocalLocks(source),
      drawn: known?.drawn ?? null,
    };
    this.#readings.set(document, reading);
    // The listing is to know its segments by these keys.
    if (this.memory.suggest(calls.flatMap(({ keys }) => keys))) this.#listed = -Infinity;
    return reading;
  }

  /** Has the catalog list, unless it did just now or does so by itself. */
  async #list({ catalog }: System): Promise<void> {
    const now = performance.now();
    if (this.#listed + pauseMs > now || (catalog.isWatched && this.#listed > 0)) return;
    this.#listed = now;
    // What ails the listing is said where it is asked for.
    await catalog.refresh().catch(() => undefined);
  }

  /** Looks again and again while a call shows. */
  #look(afterMs: number): void {
    if (this.#timer !== undefined || !sourceLens()) return;
    if (!this.#visible.some((document) => this.#read(document).calls.length > 0)) return;
    this.#timer = setTimeout(() => {
      const start = performance.now();
      void this.#lookOnce().finally(() => {
        this.#timer = undefined;
        this.#look(Math.max(pauseMs, share * (performance.now() - start)));
      });
    }, afterMs).unref();
  }

  async #lookOnce(): Promise<void> {
    const system = this.door.tryOpen();
    if (system === null) return;
    await this.#list(system);
    const readings = this.#visible.map((document) => this.#read(document));
    const isThere = (called: Called): boolean => leavesOf(system, called).length > 0;
    // Nobody is attached to what does not exist.
    if (!system.catalog.isWatched && readings.some(({ calls }) => calls.some(isThere)))
      await system.catalog.scan().catch(() => undefined);
    const isNew = (reading: Reading): boolean =>
      reading.drawn !== null && reading.drawn !== drawing(system, reading);
    if (readings.some(isNew)) this.entrance.changed.fire(undefined);
  }
}

/** Equal for two states of the lenses that look the same. */
function drawing(system: System, { calls }: Reading): string {
  return JSON.stringify(calls.map((called) => lensCommands(system, called)));
}

function rangeOf(document: TextDocument, { call }: Called): Range {
  return new Range(document.positionAt(call.start), document.positionAt(call.end));
}
