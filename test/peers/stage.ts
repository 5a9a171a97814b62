import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { Catalog, type Entry } from '../../extension/core/catalog';
import { lockAddress, segmentAddress, type NativeKey } from '../../extension/core/key';
import { qtLegacyKey } from '../../extension/core/kinds/qt';
import { loadNative, type Native } from '../../extension/core/native';
import { Segments, type OpenSegment } from '../../extension/core/segments';
import { temporaryDirectories } from '../../extension/core/temporaryDirectories';
import { until } from '../unit/until';
import { leaveAll } from './leave';
import { observeWhereAsked } from './observed';
import { hex, qtPeer, root, type Peer, type QtVersion } from './peer';

let count = 0;

observeWhereAsked();

/** A key of its own for one test, peers that end with it, and our side of it. Nothing may be left of it. */
export class Stage {
  /** What the user types and Qt's setKey takes. */
  readonly key: string;
  readonly nativeKey: NativeKey;
  readonly native: Native;
  readonly segments: Segments;
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor(
    test: TestContext,
    make: (key: string) => NativeKey = (key) => qtLegacyKey(key, 'systemv', temporaryFolder),
    key = `lens peers ${String(process.pid)} ${String(++count)}`,
  ) {
    const load = loadNative(root);
    if ('missing' in load) throw load.missing;
    this.key = key;
    this.native = load.native;
    this.segments = new Segments(load.native);
    this.nativeKey = make(key);
    test.after(() => this.#end());
  }

  /** Ends with the test. */
  with(peer: Peer): Peer {
    this.defer(() => peer.quit());
    return peer;
  }

  /** Runs when the test has ended, the last deferred first, and before the look at what is left. */
  defer(end: () => Promise<unknown>): void {
    this.#ends.unshift(end);
  }

  /** A Qt peer with the key set. */
  async qt(version: QtVersion, environment: Readonly<Record<string, string>> = {}): Promise<Peer> {
    const peer = this.with(qtPeer(version, environment));
    await peer.ask('key', hex(this.key));
    return peer;
  }

  /** A Qt peer that has created the segment. */
  async creator(version: QtVersion, size = 1024): Promise<Peer> {
    const peer = await this.qt(version);
    await peer.ask('create', size);
    return peer;
  }

  /** Our look at it, once it is live. */
  async observed(): Promise<OpenSegment> {
    const segment = this.segments.checkout(this.nativeKey);
    await until('the segment is live', () => segment.presence === 'live');
    return segment;
  }

  /** Us as a peer that may write. */
  async attached(): Promise<OpenSegment> {
    const segment = this.segments.checkout(this.nativeKey);
    await segment.attach(true);
    return segment;
  }

  /** How the tree lists it; undefined where it does not. */
  async listed(): Promise<Entry | undefined> {
    const catalog = new Catalog(this.native, {
      temporaryDirectories: () => [temporaryFolder],
      rememberedQtKeys: () => [this.key],
    });
    await catalog.scan();
    const number = this.info()?.shmid;
    return catalog.entries.find(
      ({ key, info }) =>
        (number !== null && number !== undefined && info.shmid === number) ||
        (key.type === 'posix' && this.nativeKey.type === 'posix' && key.name === this.nativeKey.name),
    );
  }

  info(): ReturnType<Native['info']> | undefined {
    try {
      return this.native.info(segmentAddress(this.nativeKey));
    } catch {
      return undefined;
    }
  }

  /** What of the key is in the system: memory, lock, key files. */
  traces(): readonly string[] {
    const traces: string[] = [];
    if (this.info() !== undefined) traces.push('memory');
    const lock = lockAddress(this.nativeKey);
    if (lock !== null && this.native.peekLock(lock).exists) traces.push('lock');
    for (const address of [segmentAddress(this.nativeKey), lock]) {
      if (address !== null && 'path' in address && existsSync(address.path)) traces.push(address.path);
    }
    return traces;
  }

  /** One that fails must not keep the others: what runs on would keep the whole run. */
  async #end(): Promise<void> {
    const failures: unknown[] = [];
    for (const end of [...this.#ends, () => leaveAll(this.segments), () => this.segments.dispose()]) {
      await end().catch((error: unknown) => failures.push(error));
    }
    assert.deepEqual(failures, []);
    assert.deepEqual(this.traces(), [], 'nothing is left behind');
  }
}

const [folder = '/tmp'] = temporaryDirectories(undefined);

/** Where Qt puts its key files in this environment. */
export const temporaryFolder = folder;

/** Both versions that a distribution still ships. */
export const versions: readonly QtVersion[] = [5, 6];

/** `length` bytes at `offset` as text, as we see them. */
export function textAt(segment: OpenSegment, offset: number, length: number): string {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, segment.read(offset, bytes)).toString('latin1');
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
