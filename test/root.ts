import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The checkout, from wherever below out/test the bundle of a test is. */
export const root = upwards(__dirname);

function upwards(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : upwards(dirname(folder));
}
