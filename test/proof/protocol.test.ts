import './fakeVscode';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { LogOutputChannel, Webview } from 'vscode';
import { Bookmarks } from '../../extension/core/bookmarks';
import { Catalog } from '../../extension/core/catalog';
import { LockBook } from '../../extension/core/locks/lockBook';
import { Segments } from '../../extension/core/segments';
import { isRecord } from '../../extension/shared/check';
import { hostChecks, replyChecks } from '../../extension/shared/checks';
import { Documents } from '../../extension/ui/documents';
import { Viewer } from '../../extension/ui/viewer';
import { native, posixGround } from '../native/ground';
import { root } from '../root';
import { until } from '../unit/until';
import { badMessage, seeded } from './badMessages';
import { hostCalls } from './goodCalls';
import { tell, times } from './scale';

const size = 4096;
const together = 200;

test('bad messages to the extension host: each is answered, and no byte is read or written that none may be', async (t) => {
  const { segment, line } = await stage(t);
  const before = new Uint8Array(size);
  segment.read(0, before);
  const seed = Date.now();
  t.diagnostic(`seed ${String(seed)}`);
  const random = seeded(seed);
  const mayBeWritten = new Uint8Array(size);
  const count = times(100_000, 10_000_000);
  for (let sent = 0; sent < count; sent += together) {
    for (let one = 0; one < together; one++) {
      const message = badMessage(random, 10 + one, hostCalls);
      for (const { offset, length } of writes(message)) mayBeWritten.fill(1, offset, offset + length);
      line.send(message);
    }
    await until('all are answered', () => line.outstanding === 0);
  }
  tell(`${String(count)} messages: ${String(line.faults)} faults, ${String(line.values)} results`);
  deepEqual([line.wrong, segment.presence], [[], 'live']);
  ok(line.values > count / 100, 'nothing but refusals');
  const after = new Uint8Array(size);
  segment.read(0, after);
  deepEqual(
    [...after.keys()].filter((at) => mayBeWritten[at] === 0 && after[at] !== before[at]),
    [],
  );
  equal(Object.keys(Object.prototype).length, 0);
});

/** Where a message asks for a write that is lawful. */
function writes(message: unknown): readonly { readonly offset: number; readonly length: number }[] {
  if (!isRecord(message) || (message['method'] !== 'edit' && message['method'] !== 'freeze')) return [];
  try {
    const { offset, bytes } = hostChecks[message['method']](message['argument']);
    return [{ offset, length: bytes.length }];
  } catch {
    return [];
  }
}

/** The real answers to a view, on a segment of their own, and the line to them. */
async function stage(t: TestContext) {
  const ground = posixGround(t);
  ok('name' in ground.segment);
  const made = await native.create(ground.segment, { size, lock: ground.lock });
  made.write(
    1024,
    Uint8Array.from({ length: size - 1024 }, (_, at) => at % 251),
  );
  made.close();
  const segments = new Segments(native);
  t.after(() => segments.dispose());
  const document = new Documents(segments, () => 1000).checkout({ type: 'posix', name: ground.segment.name });
  await document.segment.attach(true);
  const line = new Line();
  const shelf = new Map<string, unknown>();
  const drawer = {
    get: (key: string) => shelf.get(key),
    update: (key: string, value: unknown) => Promise.resolve(void shelf.set(key, value)),
  };
  const noLog = { warn: () => undefined, error: () => undefined } as unknown as LogOutputChannel;
  const catalog = new Catalog(native, { temporaryDirectories: () => [], rememberedQtKeys: () => [] });
  const system = { native, segments, catalog, documents: new Documents(segments, () => 1000) };
  const viewer = new Viewer('editor', line as unknown as Webview, {
    log: noLog,
    system: () => system,
    regexWorker: join(root, 'out/regexWorker.js'),
    act: () => Promise.resolve(),
    bookmarks: new Bookmarks(drawer),
    locks: new LockBook(drawer),
  });
  t.after(() => {
    viewer.dispose();
  });
  viewer.show({ document });
  return { segment: document.segment, line };
}

/** What a webview is to the host: every call of the host is answered, and every answer is judged. */
class Line {
  faults = 0;
  values = 0;
  /** What a throw would not tell: who posts a message goes on where that fails. */
  readonly wrong: string[] = [];
  readonly #waiting = new Map<number, unknown[]>();
  #listener: (message: unknown) => void = () => undefined;

  get outstanding(): number {
    return [...this.#waiting.values()].reduce((sum, { length }) => sum + length, 0);
  }

  onDidReceiveMessage(listener: (message: unknown) => void): { dispose: () => void } {
    this.#listener = listener;
    return { dispose: () => undefined };
  }

  send(message: unknown): void {
    const id = isRecord(message) ? message['call'] : undefined;
    if (typeof id === 'number' && Number.isSafeInteger(id) && id > 0) {
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), message]);
    }
    this.#listener(message);
  }

  postMessage(message: unknown): Promise<boolean> {
    try {
      this.#take(message);
    } catch (error) {
      this.wrong.push(String(error));
    }
    return Promise.resolve(true);
  }

  #take(message: unknown): void {
    ok(isRecord(message));
    const { call, reply } = message;
    if (typeof reply === 'number') {
      this.#judge(reply, message);
      return;
    }
    setImmediate(() => {
      this.#listener({ reply: call, value: undefined });
    });
    if (message['method'] === 'frame') withinSegment(message['argument']);
  }

  #judge(id: number, message: Readonly<Record<string, unknown>>): void {
    const waiting = this.#waiting.get(id) ?? [];
    ok(waiting.length > 0, `an answer to ${String(id)}, which nobody asked`);
    // Those with one id are not told apart, and only the only one is judged.
    const [asked] = waiting.length === 1 ? waiting : [undefined];
    this.#waiting.set(id, waiting.slice(1));
    if ('fault' in message) {
      this.faults += 1;
      ok(isRecord(message['fault']) && typeof message['fault']['message'] === 'string');
      return;
    }
    this.values += 1;
    if (!isRecord(asked)) return;
    const check = Object.entries(replyChecks).find(([method]) => method === asked['method'])?.[1];
    check?.(message['value']);
    if (asked['method'] === 'read') readWithinSegment(asked['argument'], message['value']);
  }
}

function withinSegment(frame: unknown): void {
  ok(isRecord(frame));
  const { offset, length } = frame as { readonly offset: number; readonly length: number };
  ok(length === 0 || offset + length <= size, `a frame of ${String(length)} bytes at ${String(offset)}`);
}

function readWithinSegment(asked: unknown, answered: unknown): void {
  const { ranges } = hostChecks.read(asked);
  const { found } = replyChecks.read(answered);
  const most = ranges.map(({ offset, length }) => Math.max(0, Math.min(length, size - offset)));
  deepEqual(
    found.map(({ length }) => length),
    most,
  );
}
