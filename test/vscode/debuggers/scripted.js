// A debug adapter without a program, which does what its configuration says: what the adapters that there are never do.
const { EventEmitter } = require('vscode');

exports.ScriptedAdapter = class {
  #sent = new EventEmitter();
  onDidSendMessage = this.#sent.event;

  /**
   * `process`: the body of its `process` event; without one it tells no process. `refusal`: what it answers when it is to
   * pause; without one it does. `runsOn`: it grants a pause and goes on running. The request `stand` has it stop by itself.
   */
  constructor({ process, refusal, runsOn }) {
    this.process = process;
    this.refusal = refusal;
    this.runsOn = runsOn;
  }

  handleMessage(request) {
    const { command, seq } = request;
    const refusal = { pause: this.refusal, evaluate: 'There is nothing to evaluate here.' }[command];
    const body = {
      initialize: { supportsConfigurationDoneRequest: true },
      threads: { threads: [{ id: 1, name: 'main' }] },
      stackTrace: { stackFrames: [{ id: 1, name: 'somewhere', line: 0, column: 0 }], totalFrames: 1 },
      scopes: { scopes: [] },
      continue: { allThreadsContinued: true },
    }[command];
    const answer = refusal === undefined ? { success: true, body } : { success: false, message: refusal };
    this.#send({ type: 'response', request_seq: seq, command, ...answer });
    if (refusal === undefined) this.#follow(command);
  }

  dispose() {
    this.#sent.dispose();
  }

  #follow(command) {
    const stopped = (reason) => ['stopped', { reason, threadId: 1, allThreadsStopped: true }];
    const events = {
      initialize: ['initialized'],
      configurationDone: this.process === undefined ? undefined : ['process', this.process],
      pause: this.runsOn === true ? undefined : stopped('pause'),
      stand: stopped('breakpoint'),
      disconnect: ['terminated'],
    };
    const [event, body] = events[command] ?? [];
    if (event !== undefined) this.#send({ type: 'event', event, body });
  }

  #send(message) {
    this.#sent.fire({ seq: 0, ...message });
  }
};
