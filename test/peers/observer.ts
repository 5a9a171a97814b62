// Our extension's core beside the tests of peers: looks at all that there is, again and again, until standard input
// ends. Says "observing" when it has begun, and at its end what it saw.
import { Attachments } from '../../extension/core/attached';
import { Catalog, type Entry } from '../../extension/core/catalog';
import { LockWatch } from '../../extension/core/locks/lockWatch';
import { loadNative, type Native } from '../../extension/core/native';
import { Segments } from '../../extension/core/segments';
import { temporaryDirectories } from '../../extension/core/temporaryDirectories';
import type { Observations } from './observed';
import { root } from './peer';

/** One segment as long as it lives. */
interface Observed {
  readonly live: boolean;
  look(): void;
  stop(): void;
}

/** As a live view with a map does, and a watch of its lock. */
function observe(native: Native, segments: Segments, { key }: Entry, told: () => void): Observed {
  const segment = segments.checkout(key);
  const locks = new LockWatch(native, segment, () => [], Date.now);
  let begun: readonly { stop(): void }[] | null = null;
  // Some live for a few milliseconds: the next round would come too late.
  const opening = segment.onDidChange(() => {
    if (begun === null && segment.presence === 'live') begin();
  });
  const begin = (): void => {
    const watch = segment.watch({ offset: 0, length: 65_536 }, 60, () => {
      if (watch?.take()) told();
      watch?.go(true);
    });
    const sweep = segment.sweep(0.05, () => sweep?.map(64));
    begun = [watch, sweep].filter((one) => one !== null);
  };
  return {
    get live() {
      return segment.presence === 'live' || segment.presence === 'waiting';
    },
    look() {
      if (begun === null && segment.presence === 'live') begin();
      locks.peek();
    },
    stop() {
      opening.dispose();
      for (const one of begun ?? []) one.stop();
      locks.close();
      segment.dispose();
    },
  };
}

async function main(): Promise<Observations> {
  const load = loadNative(root);
  if ('missing' in load) throw load.missing;
  const { native } = load;
  const segments = new Segments(native);
  const catalog = new Catalog(native, {
    temporaryDirectories: () => temporaryDirectories(undefined),
    rememberedQtKeys: () => [],
  });
  const observed = new Map<string, Observed>();
  const seen = { rounds: 0, segments: 0, looks: 0 };
  const input = { ended: false };
  process.stdin.on('end', () => (input.ended = true)).resume();
  for (; !input.ended; seen.rounds++) {
    await catalog.scan();
    for (const entry of catalog.entries) {
      const known = observed.get(entry.id);
      known?.look();
      if (known !== undefined) continue;
      observed.set(
        entry.id,
        observe(native, segments, entry, () => seen.looks++),
      );
      seen.segments += 1;
    }
    const listed = new Set(catalog.entries.map(({ id }) => id));
    for (const [id, one] of observed) {
      if (listed.has(id) && one.live) continue;
      one.stop();
      observed.delete(id);
    }
    const attachments = new Attachments(await native.scanProcesses());
    for (const { info } of catalog.entries) attachments.of(info);
    if (seen.rounds === 0) process.stdout.write('observing\n');
    await new Promise((later) => setTimeout(later, 5));
  }
  for (const one of observed.values()) one.stop();
  await segments.dispose();
  return seen;
}

void main().then((seen) => {
  process.stdout.write(JSON.stringify(seen));
});
