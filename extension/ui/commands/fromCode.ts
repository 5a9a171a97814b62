import { debug, l10n } from 'vscode';
import { expressionOf, leadsOf, isLiteral, membersOf, type CodeValue } from '../../core/debug/codeValue';
import {
  placeOfAddress,
  placeOfDescriptor,
  processMemoryOf,
  type MemoryPlace,
  type ProcessMemory,
} from '../../core/debug/memoryPlace';
import { attachedByQt, isQtMemory } from '../../core/debug/qtObject';
import { segmentError } from '../../core/errors';
import { interpretations } from '../../core/interpretations';
import { checkRange } from '../../core/write';
import { plainName, shortName } from '../../shared/visibleName';
import { askUntil } from '../ask';
import type { LoadedContext } from '../context';
import { codeValue, evaluate, standing, type StandingDebuggee } from '../debug/evaluation';
import { existingSegment } from '../keyPick';
import { phrase } from '../phrases';
import { temporaryDirectories } from '../settings';
import { showAt } from './open';

/** A row of Variables or of Watch, as VS Code hands it to a command of its menu. */
interface Row {
  readonly sessionId?: string;
  readonly variable: { readonly name?: string; readonly evaluateName?: string };
}

/**
 * Opens the segment that a variable or an expression of a program under the debugger leads to, at the byte that it points
 * to. Asks for an expression where none is given. Evaluates, and writes nothing.
 */
export async function openFromVariable(context: LoadedContext, argument: unknown): Promise<void> {
  const { debuggees } = await context.debugging();
  const row = rowOf(argument);
  const id = row?.sessionId ?? debug.activeDebugSession?.id;
  const chosen = (): StandingDebuggee =>
    standing(debuggees.all.find(({ session }) => session.id === id) ?? null);
  const place = await (row === null ? asked(context, chosen) : resolvedRow(context, chosen(), row));
  if (place !== undefined) await showAt(context, place.key, place.offset, 0);
}

async function asked(
  context: LoadedContext,
  chosen: () => StandingDebuggee,
): Promise<MemoryPlace | undefined> {
  return askUntil(
    {
      title: l10n.t('Open Shared Memory'),
      prompt: l10n.t(
        'An expression of “{0}”: a pointer, a file descriptor, a name or a QSharedMemory',
        plainName(chosen().session.name),
      ),
      placeHolder: 'data + 16',
    },
    // The program may have gone on while the box was open.
    (text) => resolved(context, chosen(), text, null),
  );
}

async function resolvedRow(
  context: LoadedContext,
  debuggee: StandingDebuggee,
  { variable }: Row,
): Promise<MemoryPlace> {
  const { evaluateName = '', name = '' } = variable;
  // What cannot be evaluated once more is taken as the row shows it.
  return evaluateName === ''
    ? resolved(context, debuggee, name, codeValue(variable, 'value'))
    : resolved(context, debuggee, expressionOf(debuggee.session.type, evaluateName), null);
}

function rowOf(argument: unknown): Row | null {
  const row = argument as Partial<Row> | null | undefined;
  return typeof row?.variable === 'object' ? (row as Row) : null;
}

/** Throws as a sentence with an example what is wrong with the expression, or that it leads nowhere. `known`: it is not evaluated. */
async function resolved(
  context: LoadedContext,
  debuggee: StandingDebuggee,
  expression: string,
  known: CodeValue | null,
): Promise<MemoryPlace> {
  // Debuggers answer a text by its length, or write it into the program.
  const literal = isLiteral(expression) ? { value: expression, type: '', memoryReference: null } : null;
  const value = known ?? literal ?? (await valueOf(debuggee, expression));
  const { native, catalog } = context.system;
  const memory = await processMemoryOf(native, debuggee.pid, await catalog.refresh()).catch(
    (error: unknown) => {
      if (segmentError(error).code === 'not-found')
        throw new Error(l10n.t('Process {0} has ended.', debuggee.pid));
      throw error;
    },
  );
  const found =
    placeIn(context, memory, value) ?? (await placeOfObject(context, debuggee, memory, expression, value));
  if (found !== null) {
    // A mapping may be longer than its segment.
    const size = existingSegment(native, found.key)?.size ?? 0;
    if (size > 0) checkRange(found.offset, 1, size);
    return found;
  }
  const what = [shortName(expression), shortName(value.value)] as const;
  if (isQtMemory(value.type))
    throw new Error(
      l10n.t(
        '{0}: no shared memory is to be found in this QSharedMemory. It may not be attached now, or be of a Qt that is not known. What its data() gave works, such as data, or its key, such as "frames".',
        what[0],
      ),
    );
  if (leadsOf(value).address !== null)
    throw new Error(
      l10n.t(
        '{0} = {1} points to no shared memory of process {2}. A pointer into what mmap() or shmat() gave works, such as data + 16.',
        ...what,
        debuggee.pid,
      ),
    );
  throw new Error(
    l10n.t(
      '{0} = {1} leads to no segment. A pointer into one works, a file descriptor of one, a name such as "/name", or a QSharedMemory.',
      ...what,
    ),
  );
}

async function valueOf(debuggee: StandingDebuggee, expression: string): Promise<CodeValue> {
  try {
    return await evaluate(debuggee, expression);
  } catch (error) {
    throw new Error(
      l10n.t(
        'The debugger cannot evaluate this: {0}. The name of a variable that the frame knows works, such as data or &board->count.',
        phrase(error).replace(/\.+$/, ''),
      ),
      { cause: error },
    );
  }
}

/** What it points to, else where it is, else what it has open, else what it names. */
function placeIn(context: LoadedContext, memory: ProcessMemory, value: CodeValue): MemoryPlace | null {
  const { address, home, descriptor, text } = leadsOf(value);
  return (
    (address === null ? null : placeOfAddress(memory, address)) ??
    (home === null ? null : placeOfAddress(memory, home)) ??
    (descriptor === null ? null : placeOfDescriptor(memory, descriptor)) ??
    (text === null ? null : placeOfName(context, text))
  );
}

function placeOfName({ system }: LoadedContext, text: string): MemoryPlace | null {
  const name = text.startsWith('/dev/shm/') ? text.slice('/dev/shm'.length) : text;
  const { accepted } = interpretations(name, temporaryDirectories());
  const found = accepted.find(({ key }) => existingSegment(system.native, key) !== null);
  return found === undefined ? null : { key: found.key, offset: 0 };
}

/** Of an object of a library, which a debugger shows as its members. */
async function placeOfObject(
  context: LoadedContext,
  debuggee: StandingDebuggee,
  memory: ProcessMemory,
  expression: string,
  value: CodeValue,
): Promise<MemoryPlace | null> {
  const ask = (asked: string): Promise<CodeValue> => evaluate(debuggee, asked);
  if (isQtMemory(value.type)) {
    const isStart = (address: bigint): boolean => placeOfAddress(memory, address)?.offset === 0;
    const address = await attachedByQt(expression, value, ask, isStart);
    return address === null ? null : placeOfAddress(memory, address);
  }
  for (const member of membersOf(expression, value.type)) {
    const answer = await ask(member).catch(() => null);
    const found = answer === null ? null : placeIn(context, memory, answer);
    if (found !== null) return found;
  }
  return null;
}
