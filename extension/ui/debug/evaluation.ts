import { l10n, type DebugSession } from 'vscode';
import type { CodeValue } from '../../core/debug/codeValue';
import { plainName } from '../../shared/visibleName';
import { frameOf, type Debuggee } from './debuggees';

/** A debuggee whose process is known and stands at a stop. */
export interface StandingDebuggee extends Debuggee {
  readonly pid: number;
}

/** Throws as a sentence why nothing can be asked of this session now. */
export function standing(debuggee: Debuggee | null): StandingDebuggee {
  if (debuggee === null)
    throw new Error(l10n.t('No debug session runs: start one, stop it at a breakpoint, and ask again.'));
  const { session, state } = debuggee;
  const name = plainName(session.name);
  if (state.standing !== 'stopped')
    throw new Error(
      l10n.t('“{0}” is running: pause it or let it stop at a breakpoint, so that values can be read.', name),
    );
  if (state.pid === null)
    throw new Error(
      l10n.t(
        'The debugger of “{0}” has not told which process it debugs, or the process is on another machine: open the segment by its key instead, such as posix:/name.',
        name,
      ),
    );
  return { ...debuggee, pid: state.pid };
}

/** What cdt-gdb-adapter answers in place of a value. */
const refusal = 'Error: could not evaluate expression';

/** Evaluates in the frame that the user looks at, else where the program stands. Rejects with what the adapter says. */
export async function evaluate({ session, state }: Debuggee, expression: string): Promise<CodeValue> {
  const frameId = frameOf(session) ?? (await topFrame(session, state.stop?.threadId ?? state.thread));
  const answer: unknown = await session.customRequest('evaluate', {
    expression,
    // As for a row of Watch: unlike in a console, what lldb takes for a command is an expression here.
    context: 'watch',
    ...(frameId === undefined ? {} : { frameId }),
  });
  const value = codeValue(answer, 'result');
  if (value.value.startsWith(refusal)) throw new Error(value.value);
  return value;
}

/** Reads the value out of what an adapter or the editor hands over: whatever is missing is empty. */
export function codeValue(given: unknown, member: 'result' | 'value'): CodeValue {
  const { [member]: value, type, memoryReference } = (given ?? {}) as Readonly<Record<string, unknown>>;
  return {
    value: typeof value === 'string' ? value : '',
    type: typeof type === 'string' ? type : '',
    memoryReference: typeof memoryReference === 'string' ? memoryReference : null,
  };
}

/** Where a thread stands; undefined where the adapter does not say. */
export async function topFrame(session: DebugSession, threadId: number): Promise<unknown> {
  const answer: unknown = await session.customRequest('stackTrace', { threadId, startFrame: 0, levels: 1 });
  return (answer as { readonly stackFrames?: readonly { readonly id?: unknown }[] }).stackFrames?.[0]?.id;
}
