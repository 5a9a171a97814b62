import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  commands,
  DiagnosticSeverity,
  languages,
  Position,
  Uri,
  window,
  workspace,
  type CodeLens,
  type Hover,
  type MarkdownString,
  type TextDocument,
} from 'vscode';
import { suite, suiteSetup, suiteTeardown, teardown, test } from 'mocha';
import { api, plainSegment, qtSegment, tidy, unique, until } from './support';

let folder = '';

/** Opens a file with that text, in an editor that shows. */
async function open(name: string, text: string): Promise<TextDocument> {
  const path = join(folder, name);
  writeFileSync(path, text);
  const document = await workspace.openTextDocument(Uri.file(path));
  await window.showTextDocument(document, { preview: false });
  return document;
}

async function lenses({ uri }: TextDocument): Promise<readonly CodeLens[]> {
  return commands.executeCommand('vscode.executeCodeLensProvider', uri, 20);
}

const titles = async (document: TextDocument): Promise<readonly string[]> =>
  (await lenses(document)).map(({ command }) => command?.title ?? '');

/** The setting, until the test ends. */
async function withSetting(name: string, value: boolean, work: () => Promise<void>): Promise<void> {
  const settings = workspace.getConfiguration('segmentLens');
  await settings.update(name, value, true);
  try {
    await work();
  } finally {
    await settings.update(name, undefined, true);
  }
}

suite('Source text', () => {
  suiteSetup(() => {
    folder = mkdtempSync(join(tmpdir(), 'segment-lens-source-'));
  });
  suiteTeardown(() => {
    rmSync(folder, { recursive: true });
  });
  teardown(tidy);

  const texts: Readonly<Record<string, (name: string) => string>> = {
    'a.c': (name) => `int fd = shm_open("${name}", O_RDWR, 0600); // shm_open("/no", 0, 0)\n`,
    'a.cpp': (name) => `bip::shared_memory_object o(bip::open_only, "${name}", bip::read_only);\n`,
    'a.py': (name) => `memory = SharedMemory(name="${name.slice(1)}")  # SharedMemory("no")\n`,
    'a.rs': (name) => `let m = ShmemConf::new().os_id("${name}").open()?;\n`,
  };
  for (const [file, text] of Object.entries(texts)) {
    test(`has a lens of the segment that exists: ${file}`, async () => {
      const { name, peer } = await plainSegment(4096);
      const document = await open(file, text(name));
      const shown = await until('who is attached', async () =>
        (await titles(document)).find((title) => title.includes('1 attached')),
      );
      assert.match(shown, /^\$\([\w-]+\) 4,096 B · 1 attached · \w+$/);
      assert.equal((await lenses(document)).length, 1);
      const [hover] = await commands.executeCommand<Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new Position(0, document.getText().indexOf(name.slice(1))),
      );
      const told = (hover?.contents as MarkdownString[]).map(({ value }) => value).join('\n');
      assert.ok(told.replaceAll(/\\|&nbsp;/g, '').includes(`(${String(peer.pid)})`), told);
    });
  }

  test('in C# tells that sections of Windows are not of this system', async () => {
    const document = await open('a.cs', 'var m = MemoryMappedFile.OpenExisting("name");\n');
    assert.deepEqual(await titles(document), ['a named section of Windows: this system has none']);
  });

  test('leads from the key of a QSharedMemory to its live view, which observes', async () => {
    const { viewers } = await api();
    const { key, native } = await qtSegment(64);
    const document = await open('qt.cpp', `QSharedMemory memory(QStringLiteral("${key}"));\n`);
    const [lens, ...rest] = await lenses(document);
    assert.deepEqual(rest, []);
    assert.match(lens?.command?.title ?? '', /64 B · 1 attached · \w+ · lock free$/);
    const { command = '', arguments: given = [] } = lens?.command ?? {};
    await commands.executeCommand(command, ...(given as readonly unknown[]));
    const viewer = await until('its live view', () => viewers.active?.document && viewers.active);
    assert.equal(viewer.document?.segment.id.split('?')[0], native);
    assert.equal(viewer.document.segment.access, 'observe');
  });

  test('is calm where there is no segment yet, and tells by itself when one comes', async () => {
    const name = `/${unique('later')}`;
    const document = await open('later.c', `shm_open("${name}", O_RDWR, 0600);\n`);
    const [wait, explain] = await lenses(document);
    assert.equal(wait?.command?.title, '$(watch) does not exist yet: wait for it');
    assert.deepEqual(wait.command.arguments, [`posix:${name}`]);
    assert.equal(explain?.command?.command, 'segmentLens.explain');
    const other = await plainSegment(8);
    await other.peer.ask('shm_open', name, 100);
    try {
      await until('the segment', async () => (await titles(document))[0]?.includes('100 B'));
    } finally {
      await other.peer.ask('shm_unlink', name);
    }
  });

  test('has no lens and no hover where the setting says so', async () => {
    const document = await open('off.c', 'shm_unlink("/segment-lens-off");\n');
    assert.equal((await lenses(document)).length, 2);
    await withSetting('sourceLens', false, async () => {
      assert.deepEqual(await lenses(document), []);
      const at = new Position(0, 3);
      assert.deepEqual(await commands.executeCommand('vscode.executeHoverProvider', document.uri, at), []);
    });
  });

  test('hints at a mutex that other processes do not know, and no more once the segment is locked', async () => {
    const wrong = [
      'QSharedMemory memory;',
      'std::mutex mutex;',
      'void f() {',
      '  std::lock_guard g(mutex);',
      '  memory.data();',
      '}',
    ].join('\n');
    const document = await open('wrong.cpp', wrong);
    const hints = () =>
      languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Segment Lens');
    const [hint] = await until('the hint', () => hints().length > 0 && hints());
    assert.equal(hint?.severity, DiagnosticSeverity.Hint);
    assert.equal(document.getText(hint.range), 'mutex');
    assert.match(hint.message, /^“mutex” keeps only the threads of this process apart: .*“memory”/);
    await withSetting('sourceHints', false, async () => {
      await until('no hint', () => hints().length === 0);
    });
    await until('the hint again', () => hints().length === 1);
    const editor = window.activeTextEditor;
    await editor?.edit((edit) => {
      edit.insert(new Position(4, 0), '  memory.lock();\n');
    });
    await until('no hint any more', () => hints().length === 0);
    await document.save();
  });
});
