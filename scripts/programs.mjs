// Compiles the small C and C++ programs of the tests and the demo: out/programs/NAME. `node scripts/programs.mjs [NAME]...`
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const programs = [
  { name: 'qt5-peer', source: 'test/peers/qt.cpp', qt: 5 },
  { name: 'qt6-peer', source: 'test/peers/qt.cpp', qt: 6 },
  { name: 'plain-peer', source: 'test/peers/plain.c' },
  { name: 'lock-peer', source: 'test/peers/locks.c' },
  { name: 'boost-peer', source: 'test/peers/boost.cpp' },
  { name: 'qt5-producer', source: 'test/demo/producer.cpp', shared: ['test/demo/board.h'], qt: 5 },
  { name: 'qt5-consumer', source: 'test/demo/consumer.cpp', shared: ['test/demo/board.h'], qt: 5 },
  { name: 'qt6-producer', source: 'test/demo/producer.cpp', shared: ['test/demo/board.h'], qt: 6 },
  { name: 'qt6-consumer', source: 'test/demo/consumer.cpp', shared: ['test/demo/board.h'], qt: 6 },
  { name: 'killed', source: 'test/proof/killed.cpp', native: [] },
  { name: 'threads', source: 'test/proof/threads.cpp', native: ['-g', '-fsanitize=thread'] },
  ...[
    { name: 'maps', fuzzed: ['maps_linux', 'proc_text_linux'] },
    { name: 'process', fuzzed: ['proc_text_linux'] },
    { name: 'system', fuzzed: ['proc_text_linux'] },
    { name: 'bytes', fuzzed: ['hash', 'numbers', 'pattern', 'wide'] },
  ].map(({ name, fuzzed }) => ({
    name: `fuzz-${name}`,
    source: `test/proof/fuzz/${name}.cc`,
    shared: ['test/proof/fuzz/fuzz.h'],
    native: ['-g', '-fsanitize=fuzzer,address,undefined', '-fno-sanitize-recover=all'],
    fuzzed,
  })),
  { name: 'hammer', source: 'test/proof/hammer.c' },
  { name: 'changer', source: 'test/proof/changer.c' },
  { name: 'holder', source: 'test/proof/holder.c' },
  { name: 'faults.so', source: 'test/proof/faults.c', library: true },
  { name: 'crowd', source: 'test/bench/crowd.c' },
  { name: 'writer', source: 'test/vscode/debuggees/writer.c', debugged: true },
  { name: 'qt5-debuggee', source: 'test/vscode/debuggees/qt.cpp', qt: 5, debugged: true },
  { name: 'qt6-debuggee', source: 'test/vscode/debuggees/qt.cpp', qt: 6, debugged: true },
];

/** Flags for Qt's core library of that version, or null where it is not installed. */
export function qtFlags(version) {
  const { status, stdout } = spawnSync('pkg-config', ['--cflags', '--libs', `Qt${version}Core`], {
    encoding: 'utf8',
  });
  if (status === 0) return stdout.trim().split(/\s+/);
  // Early packages of Qt 6 bring no file for pkg-config.
  const folder = `/usr/include/x86_64-linux-gnu/qt${version}`;
  if (!existsSync(join(folder, 'QtCore/QSharedMemory'))) return null;
  return [`-I${folder}`, `-I${join(folder, 'QtCore')}`, `-lQt${version}Core`];
}

/** Compiles what is older than its source. Throws an Error for what cannot be compiled. */
export function buildPrograms(names = programs.map((program) => program.name)) {
  const folder = join(root, 'out/programs');
  mkdirSync(folder, { recursive: true });
  for (const { name, source, qt, shared = [], native, fuzzed, library, debugged } of programs.filter(
    (program) => names.includes(program.name),
  )) {
    const target = join(folder, name);
    const all = native === undefined ? [] : addonSources();
    const ours = fuzzed === undefined ? all : fuzzed.map((file) => `native/${file}.cc`);
    const made = [source, ...shared, ...(native === undefined ? [] : headers()), ...ours];
    if (existsSync(target) && made.every((file) => time(join(root, file)) < time(target))) continue;
    const flags = qt === undefined ? ['-pthread', '-lrt'] : qtFlags(qt);
    if (flags === null) throw new Error(`${name} needs Qt ${qt}, which is not installed.`);
    const standard = native === undefined ? 'c++17' : 'c++20';
    // libFuzzer is clang's.
    const forCpp = [fuzzed === undefined ? 'g++' : 'clang++', `-std=${standard}`, '-fPIC'];
    const compiler = source.endsWith('.c') ? ['gcc', '-std=gnu17'] : forCpp;
    const warnings = ['-Wall', '-Wextra', '-Werror'];
    const sources = [source, ...ours].map((file) => join(root, file));
    const args = [
      ...compiler.slice(1),
      ...(debugged ? ['-O0', '-g'] : ['-O1']),
      ...warnings,
      ...(native ?? []),
      ...(library === true ? ['-shared', '-fPIC'] : []),
      '-o',
      target,
      ...sources,
      ...flags,
    ];
    const { status } = spawnSync(compiler[0], args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${source} could not be compiled.`);
  }
}

/** What the addon is made of, but for the files that know JavaScript. */
function addonSources() {
  const [{ sources }] = JSON.parse(readFileSync(join(root, 'native/binding.gyp'), 'utf8')).targets;
  return sources.filter((file) => !/addon|_object/.test(file)).map((file) => `native/${file}`);
}

function headers() {
  return ['native', 'native/mechanisms'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((file) => file.endsWith('.h'))
      .map((file) => `${folder}/${file}`),
  );
}

function time(file) {
  return statSync(file).mtimeMs;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const names = process.argv.slice(2);
  buildPrograms(names.length > 0 ? names : undefined);
}
