import type { CallRule } from '../call';
import { boost } from './boost';
import { posix } from './posix';
import { python } from './python';
import { qt } from './qt';
import { rust } from './rust';
import { systemV } from './systemv';
import { windows } from './windows';

/** Every call that is recognised. */
export const callRules: readonly CallRule[] = [posix, systemV, qt, boost, python, windows, rust].flat();
