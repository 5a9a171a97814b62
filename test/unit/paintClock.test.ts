import assert from 'node:assert/strict';
import { mock, test, type TestContext } from 'node:test';
import { calm, dueAgain, PaintClock } from '../../webview/paintClock';

/** A page of which frames are drawn by hand, and whose time goes by hand. */
function page(t: TestContext, again: () => number) {
  let wanted: (() => void)[] = [];
  let paints = 0;
  let now = 0;
  mock.timers.enable({ apis: ['setTimeout'] });
  mock.method(performance, 'now', () => now);
  const scope = globalThis as { requestAnimationFrame?: unknown };
  scope.requestAnimationFrame = (draw: () => void) => wanted.push(draw);
  t.after(() => {
    mock.timers.reset();
    mock.restoreAll();
    delete scope.requestAnimationFrame;
  });
  const clock = new PaintClock(() => {
    paints += 1;
    return again();
  });
  return {
    clock,
    paints: () => paints,
    /** Draws the frame that was asked for; whether one was. */
    draw: () => {
      const asked = wanted;
      wanted = [];
      for (const draw of asked) draw();
      return asked.length > 0;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
      mock.timers.tick(milliseconds);
    },
  };
}

test('However often it is asked for, a frame is painted once, and who waits hears of it then', async (t) => {
  const { clock, draw, paints } = page(t, () => Infinity);
  clock.next();
  clock.next();
  const painted = clock.painted();
  assert.equal(draw(), true);
  await painted;
  assert.equal(paints(), 1);
  assert.equal(draw(), false, 'nothing is painted that nobody asked for');
});

test('What can wait is painted with what is painted before, and else in its time', (t) => {
  const { clock, draw, pass, paints } = page(t, () => Infinity);
  clock.within(100);
  pass(40);
  clock.next();
  assert.equal(draw(), true);
  pass(200);
  assert.equal(draw(), false, 'it was painted already');
  clock.within(100);
  clock.within(30);
  clock.within(60);
  pass(29);
  assert.equal(draw(), false);
  pass(1);
  assert.equal(draw(), true);
  pass(200);
  assert.equal(draw(), false);
  assert.equal(paints(), 2);
});

test('What changes by itself is painted again when it said so', (t) => {
  let again = 0;
  const { clock, draw, pass, paints } = page(t, () => again);
  clock.next();
  draw();
  again = 50;
  assert.equal(draw(), true, 'the next frame');
  assert.equal(draw(), false);
  pass(50);
  again = Infinity;
  assert.equal(draw(), true);
  pass(10_000);
  assert.equal(draw(), false);
  assert.equal(paints(), 3);
});

test('A page that is not drawn holds up nobody who waits for it', async (t) => {
  const { clock, pass, paints } = page(t, () => Infinity);
  const painted = clock.painted();
  pass(250);
  await painted;
  assert.equal(paints(), 0);
});

test('What stands beside the bytes is painted a little early rather than in a frame of its own', () => {
  assert.equal(dueAgain(-Infinity, 0), 0);
  assert.equal(dueAgain(1000, 1000), calm);
  assert.equal(dueAgain(1000, 1050), 50);
  assert.equal(dueAgain(1000, 1080), 0);
  assert.equal(dueAgain(1000, 5000), 0);
});
