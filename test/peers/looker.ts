// Looks for one leftover as another user, and tells what it saw.
import { loadNative } from '../../extension/core/native';
import { findOne, lookOf } from './leftovers';
import { root } from './peer';

void (async () => {
  const load = loadNative(root);
  if ('missing' in load) throw load.missing;
  process.send?.((await findOne(lookOf(load.native), process.argv[2] ?? '')) ?? null, () => {
    process.disconnect();
  });
})();
