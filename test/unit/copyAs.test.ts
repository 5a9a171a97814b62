import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { copyAs, copyForms, type CopyForm } from '../../extension/shared/copyAs';
import { bytesOfBase64, bytesOfHex } from '../../extension/shared/pasted';

const folder = mkdtempSync(join(tmpdir(), 'segment-lens-copy-'));
after(() => {
  rmSync(folder, { recursive: true });
});

/** Every value, and a text behind it that would join a careless escape. */
const every = Uint8Array.from([...Array(256).keys(), ...Buffer.from('\0ABCDEF0123"\\?')]);
const copied = (form: CopyForm, bytes = every, offset = 0x40): string =>
  copyAs(bytes, form, offset, (some) => new TextDecoder('latin1').decode(some));

function has(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

/** Writes a source file, runs the commands in its folder and gives the bytes that the last one prints. */
function run(name: string, source: string, ...commands: readonly (readonly string[])[]): Buffer {
  writeFileSync(join(folder, name), source);
  const outputs = commands.map(([command = '', ...args]) =>
    execFileSync(command, args, { cwd: folder, maxBuffer: 1e8 }),
  );
  return outputs.at(-1) ?? Buffer.alloc(0);
}

test('C and C++ compile without a warning and hold the bytes', () => {
  const c = `#include <stdio.h>\n${copied('c')}int main(void) { fwrite(data, 1, sizeof data, stdout); return 0; }\n`;
  deepEqual(
    run('a.c', c, ['gcc', '-Wall', '-Wextra', '-Wpedantic', '-Werror', 'a.c', '-o', 'c'], ['./c']),
    Buffer.from(every),
  );
  const cpp = `#include <array>\n#include <cstdint>\n#include <cstdio>\n${copied('cpp')}
int main() { std::fwrite(data.data(), 1, data.size(), stdout); }\n`;
  deepEqual(
    run(
      'a.cc',
      cpp,
      ['g++', '-std=c++17', '-Wall', '-Wextra', '-Wpedantic', '-Werror', 'a.cc', '-o', 'cc'],
      ['./cc'],
    ),
    Buffer.from(every),
  );
});

test('Python and JavaScript give the bytes back', () => {
  deepEqual(
    run('a.py', `${copied('python')}import sys\nsys.stdout.buffer.write(data)\n`, ['python3', 'a.py']),
    Buffer.from(every),
  );
  deepEqual(
    run('a.js', `${copied('javascript')}process.stdout.write(data);\n`, [process.execPath, 'a.js']),
    Buffer.from(every),
  );
});

test('JSON and base64 are read by their own readers', () => {
  deepEqual(JSON.parse(copied('json')), [...every]);
  deepEqual(Buffer.from(copied('base64'), 'base64'), Buffer.from(every));
  const large = new Uint8Array(100_000).map((_, index) => index * 7);
  deepEqual(Buffer.from(copied('base64', large), 'base64'), Buffer.from(large));
});

test('a dump is that of hexdump -C', () => {
  const bytes = every;
  const lines = copied('hexDump', bytes, 0).split('\n');
  equal(lines[0], '00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f  |................|');
  equal(lines[4], '00000040  40 41 42 43 44 45 46 47  48 49 4a 4b 4c 4d 4e 4f  |@ABCDEFGHIJKLMNO|');
  equal(lines[17], '0000010e');
  if (!has('hexdump')) return;
  writeFileSync(join(folder, 'dump.bin'), bytes);
  equal(
    copied('hexDump', bytes, 0),
    execFileSync('hexdump', ['-C', 'dump.bin'], { cwd: folder, encoding: 'utf8' }),
  );
});

test('a dump names offsets past 2^32 in full', () => {
  match(
    copied('hexDump', Uint8Array.of(1, 2, 3), 2 ** 40),
    /^10000000000 {2}01 02 03 {2}.*\|\.\.\.\|\n10000000003\n$/,
  );
});

test('Rust, Java and Qt compile where their compilers are', () => {
  if (has('rustc') && spawnSync('rustc', ['--version']).status === 0) {
    const rust = `use std::io::Write;\n${copied('rust')}fn main() { std::io::stdout().write_all(&DATA).unwrap(); }\n`;
    deepEqual(
      run('a.rs', rust, ['rustc', '-D', 'warnings', 'a.rs', '-o', 'rs'], ['./rs']),
      Buffer.from(every),
    );
  }
  if (has('javac') && has('java')) {
    const large = new Uint8Array(70_000).map((_, index) => index * 7);
    for (const bytes of [every, large]) {
      const java = `class A { public static void main(String[] a) throws Exception {\n${copied('java', bytes)}System.out.write(data); System.out.flush(); } }\n`;
      deepEqual(run('A.java', java, ['javac', 'A.java'], ['java', '-Xshare:auto', 'A']), Buffer.from(bytes));
    }
  }
  const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'Qt5Core'], { encoding: 'utf8' });
  if (flags.status === 0) {
    for (const form of ['qByteArray', 'qFromHex'] as const) {
      const qt = `#include <QByteArray>\n#include <cstdio>\n${copied(form)}
int main() { std::fwrite(data.constData(), 1, data.size(), stdout); }\n`;
      const compile = ['g++', '-std=c++17', '-fPIC', 'q.cc', '-o', 'q', ...flags.stdout.trim().split(/\s+/)];
      deepEqual(run('q.cc', qt, compile, ['./q']), Buffer.from(every), form);
    }
  }
});

test('Go, Java and C# have the shape of their languages', () => {
  const two = Uint8Array.of(0x48, 0xff);
  equal(copied('go', two), 'var data = []byte{\n\t0x48, 0xFF,\n}\n');
  equal(copied('java', two), 'byte[] data = {\n    0x48, (byte) 0xFF,\n};\n');
  equal(copied('csharp', two), 'byte[] data = new byte[] {\n    0x48, 0xFF,\n};\n');
  equal(copied('hex', two), '48 FF');
  equal(copied('text', two), 'Hÿ');
});

test('what was copied can be pasted again', () => {
  for (const form of copyForms) {
    if (form === 'text' || form === 'qByteArray' || form === 'qFromHex') continue;
    const found = form === 'base64' ? bytesOfBase64(copied(form)) : bytesOfHex(copied(form));
    ok('bytes' in found, `${form}: ${JSON.stringify(found)}`);
    deepEqual(Buffer.from(found.bytes), Buffer.from(every), form);
  }
});

test('a mebibyte is copied in every form', () => {
  const bytes = new Uint8Array(1024 * 1024).map((_, index) => index ^ (index >> 8));
  for (const form of copyForms) ok(copied(form, bytes).length >= bytes.length, form);
});
