import { l10n, type DebugSession, type LogOutputChannel } from 'vscode';
import { visibleName } from '../../shared/visibleName';

/** Lines in the log, each once a session, on what cannot be done with it; everything else goes on. */
export class DebugNotes {
  readonly #told = new Set<string>();

  constructor(private readonly log: LogOutputChannel) {}

  /** The program runs on another machine, or in a container whose processes are not to be seen here. */
  elsewhere(session: DebugSession): void {
    this.#tell(
      session,
      l10n.t(
        '“{0}”: its process is not one of this machine. Its stops are remembered and it is paused like any other, but its segments are not marked.',
        visibleName(session.name),
      ),
    );
  }

  /** Neither an event nor an expression told the process. */
  unknown(session: DebugSession): void {
    this.#tell(
      session,
      l10n.t(
        '“{0}”: its debugger does not tell the process. Its stops are remembered and it is paused like any other, but its segments are not marked.',
        visibleName(session.name),
      ),
    );
  }

  /** The adapter ended before its program was told to have ended. */
  died(session: DebugSession): void {
    this.#tell(
      session,
      l10n.t(
        '“{0}”: its debugger ended all at once. What was watched for other sessions is watched on.',
        visibleName(session.name),
      ),
    );
  }

  /** The program was ended by something else, and the adapter tells that it stands. */
  gone(session: DebugSession): void {
    this.#tell(
      session,
      l10n.t(
        '“{0}”: its program has ended, although its debugger keeps the session. It is not paused any more.',
        visibleName(session.name),
      ),
    );
  }

  #tell({ id }: DebugSession, text: string): void {
    const told = `${id} ${text}`;
    if (this.#told.has(told)) return;
    this.#told.add(told);
    this.log.warn(text);
  }
}
