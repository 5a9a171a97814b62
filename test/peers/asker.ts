// Asks why, as another user or in other namespaces, and tells the answer.
import type { Question } from '../../extension/core/doctor/finding';
import { explain } from '../../extension/core/doctor/explain';
import { loadNative } from '../../extension/core/native';
import { lookOf } from './leftovers';
import { root } from './peer';

void (async () => {
  const load = loadNative(root);
  if ('missing' in load) throw load.missing;
  const question = JSON.parse(process.argv[2] ?? '') as Question;
  console.log(JSON.stringify(await explain(lookOf(load.native), question)));
})();
