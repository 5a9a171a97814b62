import type { CustomDocument, CustomReadonlyEditorProvider, Uri, WebviewPanel } from 'vscode';
import { describeFailure } from './description';
import type { LiveDocument } from './documents';
import { viewFolder, viewHtml } from './html';
import type { SystemDoor } from './system';
import { keyOfUri } from './uri';
import { Viewer, type ViewerContext } from './viewer';
import type { Content } from './viewer/content';
import type { Viewers } from './viewers';

/** As in package.json. */
export const viewType = 'segmentLens.liveView';

/** What an editor tab shows. */
export interface SegmentDocument extends CustomDocument {
  readonly content: Content;
}

/** The editor of `shm:` addresses: tabs, splits, pins and restored windows all come through here. */
export function editorProvider(
  extensionUri: Uri,
  door: SystemDoor,
  viewers: Viewers,
  context: ViewerContext,
): CustomReadonlyEditorProvider<SegmentDocument> {
  return {
    openCustomDocument: (uri) => openDocument(uri, door),
    resolveCustomEditor: (document, panel) => {
      const viewer = new Viewer('editor', panel.webview, context);
      viewer.show(document.content);
      bind(panel, viewer, viewers);
      panel.webview.options = { enableScripts: true, localResourceRoots: [viewFolder(extensionUri)] };
      panel.webview.html = viewHtml(panel.webview, extensionUri, panel.title);
    },
  };
}

function openDocument(uri: Uri, door: SystemDoor): SegmentDocument {
  try {
    const document: LiveDocument = door.open().documents.checkout(keyOfUri(uri));
    return {
      uri,
      content: { document },
      dispose: () => {
        document.dispose();
      },
    };
  } catch (error) {
    // An editor that opens and says why serves better than a tab that fails.
    const failure = describeFailure(uri.path.slice(1), uri.query, error);
    return { uri, content: { failure }, dispose: () => undefined };
  }
}

function bind(panel: WebviewPanel, viewer: Viewer, viewers: Viewers): void {
  viewers.add(viewer);
  const follow = () => {
    viewer.setVisible(panel.visible);
    if (panel.active) viewers.activate(viewer);
    else viewers.deactivate(viewer);
  };
  follow();
  panel.onDidChangeViewState(follow);
  panel.onDidDispose(() => {
    viewers.remove(viewer);
    viewer.dispose();
  });
}
