// Compiles and links the addon for Windows with zig. A host may be called Code.exe, so nothing is imported from
// node.exe: what Node-API has is looked up in the program itself, whatever its name, when the library is loaded.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { native, readBinding } from './binding.mjs';
import { compileObjects } from './objects.mjs';
import { checkWindows } from './pe.mjs';

const machines = { x86_64: 'X64', aarch64: 'ARM64' };

/** `long` has 32 bits there, so nothing is said of the width of files; UTF-16 is what the system's functions take. */
const defines = [
  'NOMINMAX',
  'WIN32_LEAN_AND_MEAN',
  'UNICODE',
  '_UNICODE',
  'NAPI_EXTERN=__declspec(dllimport)',
];

/** Of C++'s runtime, beside what every system needs. */
const runtimeOfWindows = ['support', 'thread_win32'].map((name) => `libcxx/src/support/win32/${name}.cpp`);
const unwinder = ['libunwind.cpp', 'Unwind-seh.cpp', 'UnwindLevel1.c'].concat([
  'UnwindRegistersRestore.S',
  'UnwindRegistersSave.S',
]);
/** Beside what the C library brings by itself. */
const libraries = ['ntdll', 'api-ms-win-core-synch-l1-2-0'];

/**
 * @param {string} triple
 * @param {string} folder for what is made
 * @param {object} tools what scripts/cross.mjs compiles with: zig, its environment, where things are, and the flags
 * @returns the path of the library
 */
export async function buildWindows(triple, folder, tools) {
  const objects = await compileAll(triple, folder, tools);
  const addon = join(folder, 'segment_lens.node');
  link(triple, folder, [...objects, compileImports(triple, folder, objects, tools)], addon, tools);
  checkWindows(addon, machines[triple.split('-')[0]]);
  return addon;
}

function compileAll(triple, folder, tools) {
  const { sources, defines: common, addonApi } = readBinding('windows');
  const own = [
    ...['-std=c++20', '-fno-rtti', `-I${join(tools.modules, 'node-api-headers/include')}`, `-I${addonApi}`],
    ...[...common, ...defines].map((define) => `-D${define}`),
  ];
  const runtime = [...tools.runtime, ...runtimeOfWindows, 'libcxxabi/src/cxa_exception.cpp'];
  const waiting = [
    ...sources.map((source) => [join(native, source), [...tools.whole, ...own]]),
    ...runtime.map((source) => {
      // What throws is no part of the whole, as on the other systems.
      const piece = source.endsWith('cxa_exception.cpp') ? [] : tools.whole;
      return [join(tools.library, source), [...tools.runtimeFlags, ...piece]];
    }),
    ...unwinder.map((source) => [join(tools.library, 'libunwind/src', source), tools.unwinderFlags]),
  ];
  const flags = tools.flags.filter((flag) => flag !== '-fPIC');
  return compileObjects(triple, folder, waiting, flags, tools);
}

/** Defines a pointer to each function of Node-API that the objects name, and fills them when it is loaded. */
function compileImports(triple, folder, objects, tools) {
  const { symbols } = createRequire(join(tools.modules, 'x'))('node-api-headers');
  const texts = objects.map((object) => readFileSync(object, 'latin1'));
  const names = [...symbols.v8.js_native_api_symbols, ...symbols.v8.node_api_symbols].filter((name) =>
    texts.some((text) => text.includes(name)),
  );
  const source = join(folder, 'imports.c');
  writeFileSync(
    source,
    [
      '#include <windows.h>',
      ...names.map((name) => `void *__imp_${name};`),
      'static const struct { void **at; const char *name; } imports[] = {',
      ...names.map((name) => `  {&__imp_${name}, "${name}"},`),
      '};',
      '__attribute__((constructor)) static void fill(void) {',
      '  HMODULE host = GetModuleHandleW(NULL);',
      '  for (unsigned at = 0; at < sizeof imports / sizeof *imports; ++at)',
      '    *imports[at].at = (void *)GetProcAddress(host, imports[at].name);',
      '}',
      '',
    ].join('\n'),
  );
  const object = `${source}.o`;
  call(tools, ['cc', '-target', triple, '-Os', '-fno-sanitize=undefined', '-c', source, '-o', object]);
  return object;
}

/** By the linker within zig, with what zig itself would link with. */
function link(triple, folder, objects, addon, tools) {
  const options = [
    ...[
      '-lldmingw',
      '-NOLOGO',
      '-DLL',
      `-MACHINE:${machines[triple.split('-')[0]]}`,
      '-BUILD-ID:NO',
      '-Brepro',
    ],
    ...['-OPT:REF', '-OPT:ICF', '-OPT:LLDLTO=2', `-IMPLIB:${join(folder, 'none.lib')}`, `-OUT:${addon}`],
    ...['-ALTERNATENAME:__image_base__=__ImageBase', '-ALTERNATENAME:_DllMainCRTStartup=DllMainCRTStartup'],
  ];
  call(tools, ['lld-link', ...options, ...objects, ...systemLibraries(triple, folder, tools)]);
}

function systemLibraries(triple, folder, tools) {
  const empty = ['-x', 'c', '/dev/null', '-Os', '-fno-sanitize=undefined', '-s', '-shared'];
  const wanted = libraries.map((name) => `-l${name}`);
  const args = ['cc', '-target', triple, ...empty, ...wanted, '-o', join(folder, 'empty.dll')];
  const words = call(tools, args, { ZIG_VERBOSE_LINK: '1' }).trim().split('\n').at(-1).split(' ');
  return words.filter((word) => /^[^-].*(\.lib|dllcrt2\.obj)$/.test(word) && !word.includes('ubsan_rt'));
}

function call({ zig, root, environment }, args, more = {}) {
  const { status, stderr } = spawnSync(zig, args, {
    cwd: root,
    env: { ...environment, ...more },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`zig ${args[0]} failed: ${stderr}`);
  return stderr;
}
