import { isRecord, type Check, type Checks } from './check';
import type { Disposable } from './disposable';
import { Fault, isErrorCode, toFault } from './fault';

/**
 * Calls between two sides of a message port, both ways. Every call ends in its result or a {@link Fault}.
 * On the wire: `{call, method, argument}`, answered by `{reply, value}` or `{reply, fault: {code, message}}`.
 */
export interface Port {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): Disposable;
}

/** The other side. Its methods take at most one argument and answer with a promise. */
export interface Connection<Remote> extends Disposable {
  readonly remote: Remote;
}

interface Outstanding {
  resolve(value: unknown): void;
  reject(fault: Fault): void;
}

type Handler = (argument: unknown) => unknown;

/**
 * Connects `local` to the other side of `port`. A message that fails its check gets a fault as its answer and a
 * line in `log`; nothing that arrives can throw. After dispose() every outstanding and every later call is
 * rejected with `closed`, and what arrives is ignored.
 */
export function connect<Local extends object, Remote extends object>(
  port: Port,
  local: Local,
  checks: Checks<Local>,
  log: (message: string) => void,
): Connection<Remote> {
  const outstanding = new Map<number, Outstanding>();
  let calls = 0;
  let open = true;

  function post(message: unknown): void {
    try {
      port.post(message);
    } catch (error) {
      log(`A message could not be sent: ${toFault(error).message}`);
    }
  }

  function call(method: string, argument: unknown): Promise<unknown> {
    if (!open) return Promise.reject(new Fault('closed', `The connection is closed: ${method}`));
    const id = ++calls;
    return new Promise((resolve, reject) => {
      outstanding.set(id, { resolve, reject });
      post({ call: id, method, argument });
    });
  }

  async function serve(id: number, method: unknown, argument: unknown): Promise<void> {
    let answer: unknown;
    try {
      answer = { reply: id, value: await invoke(local, checks, method, argument, log) };
    } catch (error) {
      const { code, message } = toFault(error);
      answer = { reply: id, fault: { code, message } };
    }
    if (open) post(answer);
  }

  function settle(id: number, message: Readonly<Record<string, unknown>>): void {
    const waiting = outstanding.get(id);
    if (!waiting) return;
    outstanding.delete(id);
    if (Object.hasOwn(message, 'fault')) waiting.reject(readFault(message['fault']));
    else waiting.resolve(message['value']);
  }

  const listening = port.onMessage((message) => {
    if (!open) return;
    if (!isRecord(message)) {
      log('A message that is no object was ignored.');
      return;
    }
    const { call: id, reply } = message;
    if (isId(id)) void serve(id, message['method'], message['argument']);
    else if (isId(reply)) settle(reply, message);
    else log('A message that is neither a call nor a reply was ignored.');
  });

  return {
    remote: makeRemote(call) as Remote,
    dispose() {
      if (!open) return;
      open = false;
      listening.dispose();
      for (const waiting of outstanding.values())
        waiting.reject(new Fault('closed', 'The connection was closed.'));
      outstanding.clear();
    },
  };
}

/** Runs a method of ours, if it is one and its argument is right. */
function invoke<Local extends object>(
  local: Local,
  checks: Checks<Local>,
  method: unknown,
  argument: unknown,
  log: (message: string) => void,
): unknown {
  if (typeof method !== 'string' || !Object.hasOwn(checks, method)) {
    log(
      `A call of an unknown method was refused: ${typeof method === 'string' ? method.slice(0, 80) : typeof method}`,
    );
    throw new Fault('unsupported', 'There is no such method.');
  }
  const name = method as keyof Local;
  let checked: unknown;
  try {
    checked = (checks[name] as Check<unknown>)(argument);
  } catch (error) {
    log(`A call of ${method} was refused: ${toFault(error).message}`);
    throw error;
  }
  return (local[name] as Handler).call(local, checked);
}

function makeRemote(call: (method: string, argument: unknown) => Promise<unknown>): object {
  const methods = new Map<string, Handler>();
  return new Proxy(
    {},
    {
      get(_target, name) {
        // A remote that looks like a promise would be called by every await.
        if (typeof name !== 'string' || name === 'then') return undefined;
        const known = methods.get(name);
        if (known) return known;
        const method: Handler = (argument) => call(name, argument);
        methods.set(name, method);
        return method;
      },
    },
  );
}

function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function readFault(value: unknown): Fault {
  const { code, message } = isRecord(value) ? value : {};
  return new Fault(isErrorCode(code) ? code : 'unknown', typeof message === 'string' ? message : 'unknown');
}
