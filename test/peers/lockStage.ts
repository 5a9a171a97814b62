import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { decodeLock } from '../../extension/core/locks/decode';
import { findHolder } from '../../extension/core/locks/holder';
import { ownLayout, type LockLayout } from '../../extension/core/locks/layout';
import { mappersOf } from '../../extension/core/locks/mappers';
import type { OpenSegment } from '../../extension/core/segments';
import type { LockHolder } from '../../extension/shared/lockReport';
import type { DecodedLock, LockSort } from '../../extension/shared/lockWords';
import { lockPeer, type Peer } from './peer';
import { Stage } from './stage';

const found = ownLayout();
if (typeof found === 'string') throw new Error(`Nobody knows the locks of this machine: ${found}`);

/** The locks of the programs of these tests. */
export const layout: LockLayout = found;

/** Where the tests have their locks: apart, so that none is taken for a part of another. */
export const places = { first: 64, second: 256, third: 512, fourth: 768 } as const;

/** A POSIX segment of 4 KiB that a peer has made, and how we see the locks in it. */
export class LockStage extends Stage {
  #seen: OpenSegment | null = null;

  constructor(t: TestContext) {
    super(t, (key) => ({ type: 'posix', name: `/${key.replaceAll(' ', '-')}` }));
  }

  get memory(): string {
    return this.nativeKey.type === 'posix' ? this.nativeKey.name : '';
  }

  /** The peer that makes the segment; it goes with the test. */
  async maker(): Promise<Peer> {
    const peer = this.with(lockPeer());
    await peer.ask('open', this.memory, 4096);
    this.defer(async () => {
      const last = lockPeer();
      await last.ask('unlink', this.memory);
      await last.quit();
    });
    return peer;
  }

  /** Another peer of the same segment. */
  async other(peer = lockPeer()): Promise<Peer> {
    this.with(peer);
    await peer.ask('open', this.memory);
    return peer;
  }

  /** All bytes, as we read them. */
  async bytes(): Promise<Uint8Array> {
    const segment = await this.observed();
    const bytes = new Uint8Array(segment.size);
    segment.read(0, bytes);
    return bytes;
  }

  /** What we read at a place now. */
  async decoded(sort: LockSort, offset: number): Promise<DecodedLock> {
    this.#seen ??= await this.observed();
    const bytes = new Uint8Array(layout[sort].size);
    assert.equal(this.#seen.read(offset, bytes), bytes.length);
    const lock = decodeLock(sort, bytes, layout);
    assert.ok(lock);
    return lock;
  }

  /** Who is behind the owner that we read at a place now. */
  async holder(sort: LockSort, offset: number): Promise<LockHolder | null> {
    const { owner } = await this.decoded(sort, offset);
    const info = this.info();
    if (owner === null || info === undefined) return null;
    return findHolder(this.native, owner, mappersOf(this.native, await this.native.scanProcesses(), info));
  }
}
