import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root';

/** What `npm run package` has written: for this machine, or the package for every platform. */
export function packagedExtension(target: 'host' | 'universal' = 'host'): string {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const platform = target === 'host' ? `-${process.platform}-${process.arch}` : '';
  return join(root, 'dist', `${name}${platform}-${version}.vsix`);
}
