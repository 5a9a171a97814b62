import type { CustomReadonlyEditorProvider, Disposable, Uri } from 'vscode';
import { editorProvider, type SegmentDocument } from './editorTab';
import { LivePanel } from './panel';
import { Status } from './status';
import type { SystemDoor } from './system';
import type { ViewerContext } from './viewer';
import type { Viewers } from './viewers';

/** The live views, in the panel and in tabs, and their place in the status bar. */
export class Viewing implements Disposable {
  readonly panel: LivePanel;
  readonly editor: CustomReadonlyEditorProvider<SegmentDocument>;
  readonly #status: Status;

  constructor(extensionUri: Uri, door: SystemDoor, viewers: Viewers, context: ViewerContext) {
    this.panel = new LivePanel(extensionUri, door, viewers, context);
    this.editor = editorProvider(extensionUri, door, viewers, context);
    this.#status = new Status(viewers);
  }

  dispose(): void {
    this.#status.dispose();
    this.panel.dispose();
  }
}
