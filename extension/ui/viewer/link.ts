import { l10n, type LogOutputChannel, type Webview } from 'vscode';
import { hostChecks } from '../../shared/checks';
import type { Disposable } from '../../shared/disposable';
import type { Host, Viewer as Remote } from '../../shared/protocol';
import { connect, type Connection } from '../../shared/rpc';
import { parts } from '../phrases';

/** The line to the script of a view: up once the script has said that it is ready. */
export class Link implements Disposable {
  #connection: Connection<Remote>;
  #ready = false;

  constructor(
    private readonly webview: Webview,
    private readonly host: Host,
    private readonly log: LogOutputChannel,
  ) {
    this.#connection = this.#connect();
  }

  get remote(): Remote {
    return this.#connection.remote;
  }

  /** The script is there. */
  get ready(): boolean {
    return this.#ready;
  }

  /** The script said so. */
  opened(): void {
    this.#ready = true;
  }

  /** Tells the view where it is there; that it went is nobody's failure. */
  tell(call: (remote: Remote) => Promise<void>): void {
    if (!this.#ready) return;
    call(this.remote).catch((error: unknown) => {
      const { code, message } = parts(error);
      if (code !== 'closed') this.log.warn(l10n.t('The view did not answer: {0}', message));
    });
  }

  /** VS Code destroys a hidden webview: what it has not answered it never will. The next script begins anew. */
  cut(): void {
    this.#ready = false;
    this.#connection.dispose();
    this.#connection = this.#connect();
  }

  dispose(): void {
    this.#connection.dispose();
  }

  #connect(): Connection<Remote> {
    return connect<Host, Remote>(
      {
        post: (message) => void this.webview.postMessage(message),
        onMessage: (listener) => this.webview.onDidReceiveMessage(listener),
      },
      this.host,
      hostChecks,
      (message) => {
        this.log.warn(message);
      },
    );
  }
}
