import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Has V8 collect what nobody knows any more, now. */
export const collectGarbage = runInNewContext('gc') as () => void;
