import '@vscode/codicons/dist/codicon.css';
import './theme.css';
import './layout.css';
import './side/side.css';
import './hands.css';
import './compare.css';
import './find/find.css';
import './locks/locks.css';
import './minimap/minimap.css';
import { replyChecks, viewerChecks } from '../extension/shared/checks';
import type { Host, Viewer } from '../extension/shared/protocol';
import { connect } from '../extension/shared/rpc';
import { leaveChords } from './chord';
import { Memory, type StateStore } from './memory';
import { useTexts } from './texts';
import { View } from './view';

/** What VS Code gives a web view's script, once. */
declare function acquireVsCodeApi(): StateStore & { postMessage(message: unknown): void };

const root = document.getElementById('root') ?? document.body;
const vscode = acquireVsCodeApi();

let view: View | null = null;
const ready = (): Promise<View> => new Promise((resolve) => waiting.push(resolve));
const waiting: ((view: View) => void)[] = [];
const whenReady = (): Promise<View> => (view ? Promise.resolve(view) : ready());

/** The host may call before `ready` is answered: then the call waits. */
const local: Viewer = {
  frame: async (frame) => (await whenReady()).frame(frame),
  describe: async (description) => (await whenReady()).describe(description),
  reveal: async (range) => (await whenReady()).reveal(range),
  perform: async (request) => (await whenReady()).perform(request),
  focus: async () => (await whenReady()).focus(),
  hashing: async (progress) => (await whenReady()).hashing(progress),
  compared: async (compared) => (await whenReady()).compared(compared),
  otherFrame: async (frame) => (await whenReady()).otherFrame(frame),
  stopFrame: async (frame) => (await whenReady()).stopFrame(frame),
  comparing: async (progress) => (await whenReady()).comparing(progress),
  found: async (part) => (await whenReady()).found(part),
  map: async (map) => (await whenReady()).map(map),
  paced: async (pace) => (await whenReady()).paced(pace),
  frozen: async (frozen) => (await whenReady()).frozen(frozen),
  locks: async (picture) => (await whenReady()).locks(picture),
  bookmarked: async (bookmarks) => (await whenReady()).bookmarked(bookmarks),
};

const { remote: host } = connect<Viewer, Host>(
  {
    post: (message) => {
      vscode.postMessage(message);
    },
    onMessage: (listener) => {
      const heard = (event: MessageEvent): void => {
        listener(event.data);
      };
      addEventListener('message', heard);
      return {
        dispose: () => {
          removeEventListener('message', heard);
        },
      };
    },
  },
  local,
  viewerChecks,
  complain,
);

addEventListener('error', (event) => {
  // No failure: what did not fit into this frame is told in the next (Resize Observer, "deliver resize loop error").
  if (event.message.startsWith('ResizeObserver loop')) return;
  complain(`${event.message} (${String(event.lineno)}:${String(event.colno)})`);
});
addEventListener('unhandledrejection', (event) => {
  complain(`Unhandled: ${String(event.reason)}`);
});

leaveChords(window);
void start();

async function start(): Promise<void> {
  const welcome = replyChecks.ready(await host.ready());
  useTexts(welcome.strings);
  view = new View(root, host, new Memory(vscode), welcome);
  for (const resolve of waiting.splice(0)) resolve(view);
}

/** Into the host's log; there is nobody else to tell. */
function complain(message: string): void {
  host.complain({ message: message.slice(0, 4096) }).catch(() => undefined);
}
