import { commands, type Disposable, type Uri, type WebviewView, type WebviewViewProvider } from 'vscode';
import type { NativeKey } from '../core/key';
import { describeFailure } from './description';
import type { LiveDocument } from './documents';
import { viewFolder, viewHtml } from './html';
import type { SystemDoor } from './system';
import { Viewer, type ViewerContext } from './viewer';
import type { Content } from './viewer/content';
import type { Viewers } from './viewers';

/** The live view in the bottom panel: shows what is selected in the tree, for use beside the debugger. */
export class LivePanel implements WebviewViewProvider, Disposable {
  #key: NativeKey | null = null;
  #document: LiveDocument | null = null;
  #viewer: Viewer | null = null;
  #turning = false;

  constructor(
    private readonly extensionUri: Uri,
    private readonly door: SystemDoor,
    private readonly viewers: Viewers,
    private readonly context: ViewerContext,
  ) {}

  resolveWebviewView(view: WebviewView): void {
    const viewer = new Viewer('panel', view.webview, this.context);
    this.#viewer = viewer;
    this.viewers.add(viewer);
    viewer.setVisible(view.visible);
    this.#fill();
    view.onDidChangeVisibility(() => {
      viewer.setVisible(view.visible);
      this.#fill();
    });
    view.onDidDispose(() => {
      this.viewers.remove(viewer);
      viewer.dispose();
      this.#viewer = null;
      this.#fill();
    });
    view.webview.options = { enableScripts: true, localResourceRoots: [viewFolder(this.extensionUri)] };
    this.#turn();
    view.webview.html = viewHtml(view.webview, this.extensionUri, view.title ?? '');
  }

  /** The panel shows, with or without a segment. */
  get visible(): boolean {
    return this.#viewer?.visible === true;
  }

  /** Shows a segment here, without opening the panel, and turns to it. */
  follow(key: NativeKey): void {
    this.#key = key;
    this.#fill();
    this.#turning = true;
    this.#turn();
  }

  /** Opens the panel and turns to it; with `preserveFocus`, what has the keyboard keeps it. */
  async reveal(key: NativeKey, preserveFocus = false): Promise<void> {
    this.follow(key);
    await commands.executeCommand('segmentLens.live.focus', { preserveFocus });
    this.#turn();
  }

  dispose(): void {
    this.#document?.dispose();
  }

  /** The view may be made only after the panel has opened. */
  #turn(): void {
    if (!this.#turning || this.#viewer === null) return;
    this.#turning = false;
    this.viewers.activate(this.#viewer);
  }

  /** A segment is open for the panel only while the panel shows. */
  #fill(): void {
    const viewer = this.#viewer;
    const old = this.#document;
    const wanted = viewer?.visible === true ? this.#key : null;
    let next: LiveDocument | null = null;
    let failure: Content | null = null;
    try {
      if (wanted !== null) next = this.door.open().documents.checkout(wanted);
    } catch (error) {
      failure = { failure: describeFailure('', '', error) };
    }
    // Shown anew, it would forget where the user is, though the view stays there.
    if (next !== null && next.segment === old?.segment && viewer?.document === old) {
      next.dispose();
      return;
    }
    this.#document = next;
    viewer?.show(next === null ? failure : { document: next });
    old?.dispose();
  }
}
