import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createSegment } from '../../extension/core/lifecycle';
import { Stage, textAt } from '../peers/stage';
import { until } from '../unit/until';
import { greeting, headerLength } from './board';
import { startProgram, type Form, type Program } from './programs';

const pairs: readonly (readonly [Form, Form])[] = [
  ['qt5', 'qt5'],
  ['qt6', 'qt6'],
  ['node', 'node'],
  ['node', 'qt5'],
  ['qt6', 'node'],
];

function started(stage: Stage, form: Form, role: 'producer' | 'consumer', args: readonly string[]): Program {
  const program = startProgram(form, role, args);
  stage.defer(() => program.leave());
  return program;
}

for (const [producing, consuming] of pairs) {
  test(`Seed scenario, ${producing} and ${consuming}: greeting, lines, growth, and the last removes it`, async (t) => {
    const stage = new Stage(t);
    const args = [stage.key, '--size', '256', '--limit', '512'];
    const producer = started(stage, producing, 'producer', args);
    assert.equal(await producer.says('created'), 'created 256');
    const consumer = started(stage, consuming, 'consumer', args);
    assert.equal(await consumer.says('attached'), 'attached 256');
    await producer.says('greeted');

    const segment = await stage.observed();
    assert.equal(textAt(segment, 0, 4), 'SHM1');
    assert.equal(textAt(segment, 32, greeting.length), greeting);
    await until('lines are written', () => textAt(segment, headerLength, 32) === line(1) + line(2));
    const entry = await stage.listed();
    assert.deepEqual(
      new Set(entry?.attached?.map(({ pid, us }) => (us ? 'us' : pid))),
      new Set([producer.pid, consumer.pid]),
    );

    assert.equal(await consumer.says('grew'), 'grew 512');
    assert.equal(await producer.says('attached'), 'attached 512');
    await until('the view says that it is another', () => segment.presence === 'recreated');
    await segment.reopen();
    assert.equal(segment.size, 512);
    const text = textAt(segment, headerLength, 512);
    assert.ok(text.startsWith(line(1) + line(2)), 'the lines came along');
    assert.equal(textAt(segment, 32, greeting.length), greeting);

    assert.equal(await consumer.leave(), 0);
    assert.equal(stage.info()?.size, 512, 'one has it still');
    assert.equal(await producer.leave(), 0);
    assert.deepEqual(stage.traces(), []);
    await until('the view says that it went', () => segment.presence === 'removed');
  });
}

for (const form of ['qt5', 'qt6', 'node'] as const) {
  test(`Seed scenario, ${form}: a segment that exists is joined where it suffices, and refused where not`, async (t) => {
    const stage = new Stage(t);
    const segment = await createSegment(stage.segments, stage.native, stage.nativeKey, 300, 1000);
    const small = startProgram(form, 'producer', [stage.key, '--size', '301']);
    assert.equal(await small.ended, 1);
    const fitting = started(stage, form, 'producer', [stage.key, '--size', '300']);
    assert.equal(await fitting.says('attached'), 'attached 300');
    await fitting.says('greeted');
    assert.equal(textAt(segment, 32, greeting.length), greeting);
    assert.equal(await fitting.leave(), 0);
    assert.equal((await segment.detach()).removedSegment, true);
  });
}

function line(tick: number): string {
  return `consumer ${String(tick).padStart(6)}\n`;
}
