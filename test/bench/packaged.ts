import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './figure';
import { root } from './stage';

/** The size of the largest package in dist. */
export const packageSize: Figure = {
  name: 'vsix_kb',
  unit: 'kB',
  must: { atMost: 400 },
  prepare() {
    const dist = join(root, 'dist');
    const sizes = readdirSync(dist)
      .filter((name) => name.endsWith('.vsix'))
      .map((name) => statSync(join(dist, name)).size / 1000);
    if (sizes.length === 0) throw new Error('dist has no package: run "npm run package" first');
    return Promise.resolve({
      variants: [() => Math.max(...sizes)],
      figure: ([size = NaN]) => size,
      dispose: () => undefined,
    });
  },
};
