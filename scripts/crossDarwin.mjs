// Compiles and links the addon for macOS with zig, which needs nothing of Apple for it. The linker leaves more in the
// library than another program may see of it; what is not needed is taken out after it (scripts/machoTrim.mjs).
import { join } from 'node:path';
import { native, readBinding } from './binding.mjs';
import { checkDarwin, readStub } from './macho.mjs';
import { trimMacho } from './machoTrim.mjs';
import { compileObjects } from './objects.mjs';
import { run } from './parallel.mjs';

/** With pointers, frames are told in the system's compact form, and in DWARF's, which is longer, only where that cannot. */
const frames = [
  ...['-fno-omit-frame-pointer', '-Xclang', '-femit-dwarf-unwind=no-compact-unwind'],
  '-fvisibility-inlines-hidden',
];
/** What came after the oldest macOS that the package is for is refused; `-w` would silence that too. */
const available = ['-Wno-everything', ...['', '-new'].map((of) => `-Werror=unguarded-availability${of}`)];

/**
 * @param {string} triple
 * @param {string} folder for what is made
 * @param {object} tools what scripts/cross.mjs compiles with: zig, its environment, where things are, and the flags
 * @returns the path of the library
 */
export async function buildDarwin(triple, folder, tools) {
  const objects = await compileAll(triple, folder, tools);
  const addon = join(folder, 'segment_lens.node');
  const options = ['-shared', '-Wl,-undefined,dynamic_lookup', '-Wl,-install_name,@rpath/segment_lens.node'];
  const link = ['cc', '-target', triple, ...options, '-Wl,-dead_strip', '-fno-sanitize=undefined', '-s'];
  await run(tools.zig, [...link, ...objects, '-o', addon], { cwd: tools.root, env: tools.environment });
  trimMacho(addon);
  const [, processor, oldest] = /^(\w+)-macos\.(.*)$/.exec(triple);
  const known = readStub(join(tools.library, 'libc/darwin/libSystem.tbd'), processor);
  checkDarwin(addon, { processor, oldest, known });
  return addon;
}

/** Not as one piece, as elsewhere: the linker for macOS cannot optimize. */
function compileAll(triple, folder, tools) {
  const { sources, defines, addonApi } = readBinding('darwin');
  const own = [
    ...['-std=c++20', '-fno-rtti', `-I${join(tools.modules, 'node-api-headers/include')}`, `-I${addonApi}`],
    ...defines.map((define) => `-D${define}`),
  ];
  const runtime = [...tools.runtime, 'libcxxabi/src/cxa_exception.cpp'];
  const waiting = [
    ...sources.map((source) => [join(native, source), own]),
    // The unwinder is the system's.
    ...runtime.map((source) => [join(tools.library, source), tools.runtimeFlags]),
  ];
  const flags = [...tools.flags.filter((flag) => flag !== '-w'), ...frames, ...available];
  return compileObjects(triple, folder, waiting, flags, tools);
}
