import assert from 'node:assert/strict';
import { join } from 'node:path';
import { commands, debug, FunctionBreakpoint, type DebugConfiguration, type DebugSession } from 'vscode';
import { suite, suiteSetup, teardown, test } from 'mocha';
import { root } from '../../root';
import { debugging, endDebugging, refusals } from './debuggees';
import { answering, api, closeAll, qtSegment, until, type Answer } from './support';

/** How each debugger runs the program that attaches. */
const launches: Readonly<Record<string, (program: string, key: string) => DebugConfiguration>> = {
  gdb: (program, key) => ({ type: 'gdb', request: 'launch', name: 'with gdb', program, arguments: key }),
  lldb: (program, key) => ({ type: 'lldb-dap', request: 'launch', name: 'with lldb', program, args: [key] }),
};

/** A row of Variables, as an adapter fills it. */
interface Variable {
  readonly name: string;
  readonly evaluateName?: string;
  readonly variablesReference: number;
}

/** Runs the program of that Qt until it is attached and stands. */
async function attached(kind: string, qt: 5 | 6, key: string): Promise<DebugSession> {
  const launch = launches[kind]?.(join(root, `out/programs/qt${String(qt)}-debuggee`), key);
  assert.ok(launch);
  debug.addBreakpoints([new FunctionBreakpoint('shares')]);
  assert.ok(await debug.startDebugging(undefined, { ...launch, internalConsoleOptions: 'neverOpen' }));
  const debuggee = await until('the stop', async () =>
    (await debugging()).debuggees.all.find(({ state }) => state.standing === 'stopped'),
  );
  await until('its process', () => debuggee.state.pid !== null);
  return debuggee.session;
}

/** The variables of the function where it stands, and those of its `hands`, by their names. */
async function rowsOf(session: DebugSession): Promise<ReadonlyMap<string, Variable>> {
  const ask = async (command: string, given: object): Promise<Readonly<Record<string, unknown>>> =>
    (await session.customRequest(command, given)) as Readonly<Record<string, unknown>>;
  const { frameId } = await until(
    'the frame',
    () => debug.activeStackItem as unknown as { readonly frameId?: number } | undefined,
  );
  const { scopes } = await ask('scopes', { frameId });
  const [{ variablesReference } = assert.fail()] = scopes as readonly Variable[];
  const variables = async (reference: number): Promise<readonly Variable[]> =>
    (await ask('variables', { variablesReference: reference }))['variables'] as readonly Variable[];
  const top = await variables(variablesReference);
  const hands = top.find(({ name }) => name === 'hands');
  assert.ok(hands);
  return new Map([...top, ...(await variables(hands.variablesReference))].map((one) => [one.name, one]));
}

const fromVariable = (row?: unknown) => commands.executeCommand('segmentLens.openFromVariable', row);

suite('From the code of a Qt program to its segment', () => {
  suiteSetup(async () => {
    await api();
  });
  teardown(endDebugging);

  /** Opens each of the rows that VS Code shows of the program, and begins each time without any view. */
  async function opening(session: DebugSession, native: string) {
    const rows = await rowsOf(session);
    const opens = async (
      what: string,
      work: () => PromiseLike<unknown>,
      answers: readonly Answer[] = [],
    ): Promise<void> => {
      await closeAll();
      assert.deepEqual(refusals(await answering(answers, work)), [], what);
      const { viewers } = await api();
      const viewer = await until('the view', () => viewers.active?.isPlaced === true && viewers.active);
      assert.equal(viewer.document?.segment.id.split('?')[0], native, what);
    };
    const row = (name: string) => ({
      sessionId: session.id,
      variable: rows.get(name) ?? assert.fail(`no row of ${name}`),
    });
    return { opens, row };
  }

  for (const kind of Object.keys(launches))
    for (const qt of [5, 6] as const) {
      test(`${kind}: a QSharedMemory of Qt ${String(qt)}, and what points to it or into it, opens what it has attached`, async () => {
        const { key, native } = await qtSegment(4096);
        const session = await attached(kind, qt, key);
        const { opens, row } = await opening(session, native);
        for (const name of ['memory', 'pointer', 'reference', 'owned', 'board'])
          await opens(name, () => fromVariable(row(name)));
        const told = await answering([], () => fromVariable(row('detached')));
        assert.match(
          refusals(told)[0] ?? '',
          /^hands\..*detached: no shared memory is to be found in this QSharedMemory\. .*such as data, or its key, such as "frames"\.$/,
        );
      });

      test(`${kind}: the key of a Qt ${String(qt)} program opens its segment, as whatever text it has it`, async () => {
        const { key, native } = await qtSegment(4096);
        const session = await attached(kind, qt, key);
        const { opens, row } = await opening(session, native);
        for (const name of ['key', 'name', 'text', 'array']) await opens(name, () => fromVariable(row(name)));
        await opens('a text that is typed', () => fromVariable(), [{ enter: [`"${key}"`] }]);
      });
    }
});
