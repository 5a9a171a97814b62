import { setTimeout as pause } from 'node:timers/promises';
import { Board, headerLength, leaveOnSignals, parseOptions, type Options } from './board';

/** Adds one line under the lock. False where it does not fit and a larger segment is allowed. */
function append(board: Board, options: Options): Promise<boolean> {
  return board.locked(async () => {
    const ticks = board.get('ticks') + 1;
    // One row of a hex view.
    const line = Buffer.from(`consumer ${String(ticks % 1_000_000).padStart(6)}\n`);
    let used = board.get('used');
    if (used + line.length > board.room) {
      const laps = board.get('laps') + 1;
      if (board.size < options.limit && laps >= options.laps) {
        await board.set('wanted', Math.min(board.size * 2, options.limit));
        return false;
      }
      await board.set('laps', laps);
      await board.write(headerLength, Buffer.alloc(board.room));
      used = 0;
    }
    await board.write(headerLength + used, line);
    await board.set('used', used + line.length);
    await board.set('ticks', ticks);
    await board.set('writer', process.pid);
    // Now and then a moment that a person can see.
    if (ticks % 16 === 0) await pause(400);
    return true;
  });
}

/** Waits until the others have left, leaves as the last, and creates it again with the same bytes. */
async function grow(board: Board): Promise<void> {
  const { wanted, alone, bytes } = await board.locked(() =>
    Promise.resolve({
      wanted: board.get('wanted'),
      alone: board.get('peers') <= 1,
      bytes: board.read(0, headerLength + board.get('used')),
    }),
  );
  if (!alone) return;
  await board.leave();
  if (await board.attach(0)) {
    // Somebody else still has it: it cannot be made anew, so the text starts over.
    await board.locked(async () => {
      await board.set('wanted', 0);
      await board.set('used', 0);
    });
    console.log(`kept ${String(board.size)}`);
  } else if (await board.create(wanted, bytes)) {
    console.log(`grew ${String(board.size)}`);
  }
}

/** The second program of the demo over our own addon: appends a line several times a second. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const leaving = leaveOnSignals();
  const board = new Board(options.key);
  while (!leaving() && !(await board.attach(headerLength))) await pause(50);
  if (!leaving()) console.log(`attached ${String(board.size)}`);
  while (!leaving()) {
    if (!board.isAttached) {
      if (!(await board.attach(headerLength))) await board.create(options.size);
    } else if (!(await append(board, options))) {
      await grow(board);
    }
    await pause(180);
  }
  await board.close();
  console.log('left');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
