import { writeFileSync } from 'node:fs';
import { activation } from './activation';
import { catalogInFull, catalogOfThousand } from './catalog';
import { holds, measure, type Figure, type Result } from './figure';
import { hiddenReads, hostStall, searchCancel, tenViews } from './finds';
import { liveEveryLook, liveWindow } from './live';
import { lockPeek } from './lockPeeks';
import { lockHold, stuckLocks } from './locks';
import { packageSize } from './packaged';
import { readVersusPread, readVersusReadSync } from './reads';
import { foreignWriteToPause } from './pausing';
import { peerSlowdown } from './peers';
import { changeToPixel } from './pixel';
import { processScan } from './processes';
import { rendering, renderingInterval, renderingVersusSpans, scrolling } from './rendering';
import { searchAdversarial, searchFirstHit, searchVersusRipgrep } from './searches';
import { observedPages } from './sparse';
import { sweepMemory, sweepSeconds, sweepVersusPread } from './sweeps';

const figures: readonly Figure[] = [
  readVersusPread,
  readVersusReadSync,
  liveWindow,
  liveEveryLook,
  catalogOfThousand,
  catalogInFull,
  processScan,
  activation,
  packageSize,
  observedPages,
  lockHold,
  lockPeek,
  stuckLocks,
  peerSlowdown,
  sweepVersusPread,
  sweepSeconds,
  sweepMemory,
  searchVersusRipgrep,
  searchAdversarial,
  searchCancel,
  searchFirstHit,
  hostStall,
  tenViews,
  hiddenReads,
  rendering,
  renderingVersusSpans,
  renderingInterval,
  scrolling,
  changeToPixel,
  foreignWriteToPause,
];

/** `bench [--json FILE] [NAME...]`, a name being a figure's or how some begin: prints a table; exit code 1 when a figure breaks its promise. */
async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf('--json');
  const file = at < 0 ? undefined : args[at + 1];
  if (at >= 0 && file === undefined)
    throw new Error('--json needs a file: npm run bench -- --json figures.json');
  const names = args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  const unknown = names.find((name) => !figures.some((figure) => figure.name.startsWith(name)));
  const exact = new Set(figures.map(({ name }) => name).filter((name) => names.includes(name)));
  const chosen = ({ name }: Figure): boolean =>
    exact.has(name) || names.some((asked) => !exact.has(asked) && name.startsWith(asked));
  if (unknown !== undefined) {
    throw new Error(
      `no figure is called ${unknown} or begins so; there are ${figures.map((figure) => figure.name).join(', ')}`,
    );
  }
  const results: Result[] = [];
  let broken = 0;
  for (const figure of figures) {
    if (names.length > 0 && !chosen(figure)) continue;
    const result = await measure(figure);
    results.push(result);
    const kept = holds(figure, result.value);
    if (!kept) broken += 1;
    const must =
      'atMost' in figure.must
        ? `at most ${String(figure.must.atMost)}`
        : `at least ${String(figure.must.atLeast)}`;
    const value = `${result.value.toFixed(3)} ${result.unit}`;
    console.log(
      `${figure.name.padEnd(46)}${value.padStart(16)}   ${must.padEnd(16)}${kept ? 'kept' : 'BROKEN'}`,
    );
  }
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  return broken === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
