import { setTimeout as pause } from 'node:timers/promises';
import { Board, greeting, leaveOnSignals, parseOptions } from './board';

/** The first program of the demo over our own addon: makes the segment, or joins it, and keeps a greeting in it. */
async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  const leaving = leaveOnSignals();
  const board = new Board(options.key);
  if (await board.attach(options.size)) console.log(`attached ${String(board.size)}`);
  else if (await board.create(options.size)) console.log(`created ${String(board.size)}`);
  else throw new Error('The segment exists and is too small.');
  let wanted = 0;
  while (!leaving()) {
    if (!board.isAttached) {
      // The consumer makes a larger one; until then there is none.
      if (await board.attach(wanted)) console.log(`attached ${String(board.size)}`);
    } else {
      wanted = await board.locked(async () => {
        if (board.greeting !== greeting) {
          await board.greet();
          console.log('greeted');
        }
        await board.set('writer', process.pid);
        return board.get('wanted');
      });
      if (wanted !== 0) await board.leave();
    }
    await pause(150);
  }
  await board.close();
  console.log('left');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
