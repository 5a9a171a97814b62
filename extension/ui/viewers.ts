import { commands, Disposable, EventEmitter } from 'vscode';
import type { Viewer } from './viewer';

/**
 * The live views that exist and the one that commands and the status bar act on: the editor tab or the panel that
 * the user touched last, as long as it shows.
 */
export class Viewers implements Disposable {
  readonly #changed = new EventEmitter<void>();
  /** Another view became the active one, or something about it changed. */
  readonly onDidChange = this.#changed.event;
  readonly #all = new Map<Viewer, Disposable>();
  #editor: Viewer | null = null;
  #panel: Viewer | null = null;
  #panelTouched = false;
  #shown: Viewer | null = null;
  #contexts = '';

  get active(): Viewer | null {
    const panel =
      this.#panel !== null && this.#panel.visible && this.#panel.document !== null ? this.#panel : null;
    return this.#panelTouched ? (panel ?? this.#editor) : (this.#editor ?? panel);
  }

  get all(): readonly Viewer[] {
    return [...this.#all.keys()];
  }

  add(viewer: Viewer): void {
    if (viewer.place === 'panel') this.#panel = viewer;
    const changing = viewer.onDidChange(() => {
      // A panel that was hidden no longer is the active one: another has taken its place.
      if (viewer === this.active || viewer === this.#shown) this.#update();
    });
    const touching = viewer.onDidTouch(() => {
      this.activate(viewer);
    });
    this.#all.set(viewer, Disposable.from(changing, touching));
    this.#update();
  }

  /** The user turned to this view. */
  activate(viewer: Viewer): void {
    this.#panelTouched = viewer.place === 'panel';
    if (viewer.place === 'editor') this.#editor = viewer;
    this.#update();
  }

  /** The view lost its place as the active editor. */
  deactivate(viewer: Viewer): void {
    if (this.#editor === viewer) this.#editor = null;
    this.#update();
  }

  remove(viewer: Viewer): void {
    this.#all.get(viewer)?.dispose();
    this.#all.delete(viewer);
    if (this.#panel === viewer) this.#panel = null;
    this.deactivate(viewer);
  }

  dispose(): void {
    for (const subscription of this.#all.values()) subscription.dispose();
    this.#all.clear();
    this.#changed.dispose();
  }

  #update(): void {
    this.#shown = this.active;
    const segment = this.#shown?.document?.segment;
    const contexts = {
      'segmentLens.active': segment !== undefined,
      'segmentLens.attached': segment?.access === 'attach',
      'segmentLens.locked': segment?.holdsLock === true,
    };
    const text = JSON.stringify(contexts);
    if (text !== this.#contexts) {
      this.#contexts = text;
      for (const [key, value] of Object.entries(contexts))
        void commands.executeCommand('setContext', key, value);
    }
    this.#changed.fire();
  }
}
