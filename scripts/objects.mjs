// Compiles what a library is made of with zig.
import { availableParallelism } from 'node:os';
import { basename, extname, join } from 'node:path';
import { forEachInParallel, run } from './parallel.mjs';

/**
 * @param {string} triple
 * @param {string} folder for the objects
 * @param {readonly [source: string, flags: readonly string[]][]} sources each with the flags that are its own
 * @param {readonly string[]} flags of all of them
 * @param {{ zig: string, environment: object, root: string }} tools
 * @returns the paths of the objects, in the order of the sources
 */
export async function compileObjects(triple, folder, sources, flags, { zig, environment, root }) {
  const objects = sources.map(([source], index) => join(folder, `${index}-${basename(source)}.o`));
  await forEachInParallel(sources, availableParallelism(), ([source, special], index) => {
    const driver = extname(source).startsWith('.c') && extname(source) !== '.c' ? 'c++' : 'cc';
    const args = [driver, '-target', triple, ...flags, ...special, '-c', source, '-o', objects[index]];
    return run(zig, args, { cwd: root, env: environment });
  });
  return objects;
}
