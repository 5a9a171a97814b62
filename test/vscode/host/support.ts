import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  commands,
  extensions,
  window,
  workspace,
  type QuickPickItem,
  type QuickPickOptions,
  type Uri,
} from 'vscode';
import type { Api } from '../../../extension/extension';
import { findLeftovers } from '../../../extension/core/leftovers/find';
import { planRemoval, removeLeftovers } from '../../../extension/core/leftovers/remove';
import type { House } from '../../../extension/house';
import type { Leaf } from '../../../extension/ui/groups';
import { lookOf } from '../../../extension/ui/leftoverTree';
import type { System } from '../../../extension/ui/system';
import type { Viewer } from '../../../extension/ui/viewer';
import { leaveAll } from '../../peers/leave';
import { hex, lockPeer, plainPeer, qtPeer, type Peer } from '../../peers/peer';

/** The extension as VS Code runs it. */
export async function api(): Promise<{
  readonly loaded: System;
  readonly viewers: House['viewers'];
  readonly tree: House['tree'];
  readonly leftovers: House['leftovers'];
  readonly sessions: House['sessions'];
  readonly debugged: House['debugged'];
  readonly house: House;
}> {
  const extension = extensions.getExtension<Api>('segment-lens.segment-lens');
  assert.ok(extension, 'the extension is not installed');
  const house = await (await extension.activate()).house();
  const { door, viewers, tree, leftovers, sessions, debugged } = house;
  const loaded = door.tryOpen();
  assert.ok(loaded, 'the addon is missing');
  return { loaded, viewers, tree, leftovers, sessions, debugged, house };
}

/** Each test file is a bundle of its own, with a count of its own. */
const bundle = randomBytes(3).toString('hex');
let count = 0;

/** A name that nothing else uses. */
export function unique(what: string): string {
  count += 1;
  return `${what}-${String(process.pid)}-${bundle}-${String(count)}`;
}

/** Waits for a condition, not for a time; fails with `what` after a minute. */
export async function until<T>(
  what: string,
  look: () => T | null | undefined | false | Promise<T | null | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== null && found !== undefined && found !== false) return found;
    assert.ok(Date.now() < deadline, `waited in vain: ${what}`);
    await pause(20);
  }
}

/** Ends what a test that failed left behind; each does nothing the second time. */
const leftovers: (() => Promise<void>)[] = [];

/** A POSIX segment of a program in plain C; `what` is the start of its name. */
export async function plainSegment(
  size: number,
  what = 'plain',
): Promise<{ readonly name: string; readonly peer: Peer; readonly end: () => Promise<void> }> {
  const name = `/${unique(what)}`;
  const peer = plainPeer();
  await peer.ask('shm_open', name, size);
  const end = async (): Promise<void> => {
    await peer.ask('shm_unlink', name).catch(() => undefined);
    await peer.quit();
    // A peer that was killed could not.
    rmSync(`/dev/shm${name}`, { force: true });
  };
  leftovers.push(end);
  return { name, peer, end };
}

/** A POSIX segment of 4 KiB with the locks of a program; `other` begins one more that has it mapped. */
export async function lockSegment(): Promise<{
  readonly name: string;
  readonly peer: Peer;
  readonly other: () => Promise<Peer>;
}> {
  const name = `/${unique('locks')}`;
  const peers: Peer[] = [];
  const begin = async (...size: readonly number[]): Promise<Peer> => {
    const peer = lockPeer();
    peers.push(peer);
    await peer.ask('open', name, ...size);
    return peer;
  };
  leftovers.push(async () => {
    const last = lockPeer();
    await last.ask('unlink', name).catch(() => undefined);
    for (const peer of [last, ...peers]) await peer.crash();
  });
  return { name, peer: await begin(4096), other: () => begin() };
}

/** A QSharedMemory that a Qt 5 program has created; what is left of it when the program is killed goes with the test. */
export async function qtSegment(
  size: number,
): Promise<{ readonly key: string; readonly native: string; readonly peer: Peer }> {
  const key = unique('qtKey');
  const peer = qtPeer(5);
  await peer.ask('new');
  const native = Buffer.from(await peer.ask('key', hex(key)), 'hex').toString();
  await peer.ask('create', size);
  leftovers.push(async () => {
    await peer.quit();
    const { loaded } = await api();
    await leaveAll(loaded.segments);
    const look = lookOf(loaded);
    const left = (await findLeftovers(look)).filter(({ id }) => id === `systemv:${native}`);
    await removeLeftovers(look, planRemoval(left));
  });
  return { key, native: `systemv:${native}`, peer };
}

/** The row of a segment in the tree, as soon as it is there. */
export async function row(id: string): Promise<Leaf> {
  const { tree } = await api();
  return until(`a row of ${id}`, () => tree.leaves.find((leaf) => leaf.id.split('?')[0] === id));
}

/** A live view of a segment in an editor, as soon as it shows its bytes. */
export async function openView(id: string): Promise<Viewer> {
  const { viewers } = await api();
  await commands.executeCommand('segmentLens.openLiveView', id);
  return until(`a live view of ${id}`, () => {
    const viewer = viewers.active;
    return viewer?.document?.segment.id.split('?')[0] === id && viewer.picture !== null && viewer;
  });
}

/** Selects bytes in a view, as the user does. */
export async function select(viewer: Viewer, offset: number, length: number): Promise<void> {
  viewer.reveal(offset, length);
  await until('the selection', () => viewer.cursor.start === offset && viewer.cursor.length === length);
}

/** After every test: closes every editor, and ends every program that is still there. */
export async function tidy(): Promise<void> {
  for (const end of leftovers.splice(0)) await end();
  await closeAll();
}

/** Closes every editor and waits until no segment is open on screen. */
export async function closeAll(): Promise<void> {
  const { viewers } = await api();
  await commands.executeCommand('workbench.action.closeAllEditors');
  await until('the editors to close', () => viewers.all.every(({ place }) => place !== 'editor'));
}

/** What the user does when asked, in order. */
export type Answer =
  /** Types these one after the other into an input box and accepts the last, after what happens `meanwhile`. */
  | { readonly type: readonly string[]; readonly meanwhile?: () => PromiseLike<unknown> }
  /** Types these one after the other into a box that stays until one is right. */
  | { readonly enter: readonly string[] }
  /** Picks the entry whose label matches. */
  | { readonly pick: RegExp }
  /** Checks exactly the entries whose label or detail matches, in a list of which several can be chosen. */
  | { readonly check: RegExp }
  /** Types a key and picks the sense whose label matches. */
  | { readonly key: string; readonly sense: RegExp }
  /** Presses the button, or turns away from the question. */
  | { readonly press: string | undefined }
  | { readonly file: Uri | undefined };

/** What the user was told. */
export interface Told {
  /** Complaints below input boxes, in order of typing; '' where there was none. */
  readonly complaints: string[];
  /** What input boxes told about texts that were right. */
  readonly notes: string[];
  /** Questions and messages with their details. */
  readonly messages: string[];
  /** Rows of what was to pick from: label and description. */
  readonly senses: string[];
  /** Answers that nobody asked for. */
  readonly left: Answer[];
}

interface Question {
  readonly validateInput?: (text: string) => string | { readonly message: string } | undefined;
}

/** Runs `work` with a user who answers; every dialog that VS Code would show comes here instead. */
export async function answering(answers: readonly Answer[], work: () => PromiseLike<unknown>): Promise<Told> {
  const told: Told = { complaints: [], notes: [], messages: [], senses: [], left: [...answers] };
  const undo = replaceDialogs(told);
  try {
    await work();
  } finally {
    undo();
  }
  assert.deepEqual(told.left, [], 'the user was not asked everything');
  return told;
}

function next<K extends string>(told: Told, kind: K): Extract<Answer, Readonly<Record<K, unknown>>> {
  const answer = told.left.shift();
  assert.ok(
    answer && kind in answer,
    `asked for ${kind}, but the user is ready for ${JSON.stringify(answer)}`,
  );
  return answer as Extract<Answer, Readonly<Record<K, unknown>>>;
}

function replaceDialogs(told: Told): () => void {
  const message = (text: string, ...rest: unknown[]): Promise<string | undefined> => {
    const detail = rest.find(
      (part): part is { detail?: string } => typeof part === 'object' && part !== null,
    );
    told.messages.push([text, ...(detail?.detail === undefined ? [] : [detail.detail])].join('\n'));
    const buttons = rest.filter((part) => typeof part === 'string');
    const answer = told.left[0];
    if (answer === undefined || !('press' in answer)) return Promise.resolve(undefined);
    told.left.shift();
    assert.ok(answer.press === undefined || buttons.includes(answer.press), `${text}: ${buttons.join(', ')}`);
    return Promise.resolve(answer.press);
  };
  const stubs: Readonly<Record<string, unknown>> = {
    showInputBox: async (question: Question) => {
      const { type: texts, meanwhile } = next(told, 'type');
      const complaints = texts.map((text) => {
        const said = question.validateInput?.(text) ?? '';
        if (typeof said === 'string') return said;
        told.notes.push(said.message);
        return '';
      });
      told.complaints.push(...complaints);
      await meanwhile?.();
      return complaints.at(-1) === '' ? texts.at(-1) : undefined;
    },
    showQuickPick: (items: readonly QuickPickItem[], options?: QuickPickOptions) => {
      if (options?.canPickMany === true) {
        const { check } = next(told, 'check');
        told.senses.push(
          ...items.map(
            ({ picked, label, detail }) => `${picked === true ? '☑' : '☐'} ${label}: ${detail ?? ''}`,
          ),
        );
        return Promise.resolve(items.filter(({ label, detail }) => check.test(`${label} ${detail ?? ''}`)));
      }
      const { pick } = next(told, 'pick');
      const found = items.find(({ label }) => pick.test(label));
      assert.ok(found, `${String(pick)} is not among ${items.map(({ label }) => label).join(', ')}`);
      return Promise.resolve(found);
    },
    createQuickPick: () => fakePick(told),
    createInputBox: () => fakeBox(told),
    showInformationMessage: message,
    showWarningMessage: message,
    showErrorMessage: message,
    showSaveDialog: () => Promise.resolve(next(told, 'file').file),
    showOpenDialog: () => {
      const { file } = next(told, 'file');
      return Promise.resolve(file && [file]);
    },
  };
  return replaced(window, stubs);
}

/** As much of an InputBox as askUntil uses; the user types the next text when the one before was complained about. */
function fakeBox(told: Told): unknown {
  const listeners: Record<string, () => void> = {};
  const on = (name: string) => (listener: () => void) => {
    listeners[name] = listener;
    return { dispose: () => undefined };
  };
  const texts: string[] = [];
  const type = (): void => {
    const text = texts.shift();
    if (text === undefined) {
      box.hide();
      return;
    }
    box.value = text;
    listeners['change']?.();
    // What is accepted while the box is busy is lost.
    queueMicrotask(() => listeners['accept']?.());
  };
  const box = {
    value: '',
    busy: false,
    set validationMessage(complaint: string | undefined) {
      if (complaint === undefined) return;
      told.complaints.push(complaint);
      setImmediate(type);
    },
    onDidChangeValue: on('change'),
    onDidAccept: on('accept'),
    onDidHide: on('hide'),
    dispose: () => undefined,
    hide: () => listeners['hide']?.(),
    show: () => {
      texts.push(...next(told, 'enter').enter);
      type();
    },
  };
  return box;
}

/** As much of a QuickPick as pickKey and compareWith use; the user waits until what is wanted is among the rows. */
function fakePick(told: Told): unknown {
  const listeners: Record<string, () => void> = {};
  const on = (name: string) => (listener: () => void) => {
    listeners[name] = listener;
    return { dispose: () => undefined };
  };
  let rows: readonly QuickPickItem[] = [];
  let wanted: RegExp | null = null;
  const choose = (): void => {
    const found = rows.find(({ label }) => wanted?.test(label) === true);
    if (found === undefined) return;
    wanted = null;
    told.senses.push(...rows.map(({ label, description }) => `${label}: ${description ?? ''}`));
    pick.selectedItems = [found];
    listeners['accept']?.();
    pick.hide();
  };
  const pick = {
    get items() {
      return rows;
    },
    set items(items: readonly QuickPickItem[]) {
      rows = items;
      choose();
    },
    selectedItems: [] as readonly QuickPickItem[],
    value: '',
    onDidChangeValue: on('change'),
    onDidAccept: on('accept'),
    onDidHide: on('hide'),
    onDidTriggerItemButton: on('button'),
    dispose: () => undefined,
    hide: () => listeners['hide']?.(),
    show: () => {
      const { key, sense } = next(told, 'key');
      pick.value = key;
      listeners['change']?.();
      wanted = sense;
      choose();
    },
  };
  return pick;
}

/** Replaces members of an object of the API; the answer puts them back. */
export function replaced(object: object, stubs: Readonly<Record<string, unknown>>): () => void {
  const before = Object.keys(stubs).map(
    (name) => [name, Object.getOwnPropertyDescriptor(object, name)] as const,
  );
  for (const [name, value] of Object.entries(stubs)) {
    Object.defineProperty(object, name, { configurable: true, enumerable: true, get: () => value });
  }
  return () => {
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(object, name, descriptor);
    }
  };
}

/** Runs `work` as in a workspace that is not trusted. */
export async function untrusted<T>(work: () => Promise<T>): Promise<T> {
  const undo = replaced(workspace, { isTrusted: false });
  try {
    return await work();
  } finally {
    undo();
  }
}

/** Where the mutex of `placedMutex` is. */
export const lockPlace = 0x40;

/** A live view of a segment with a mutex that the view has on its list. */
export async function placedMutex(): Promise<{ viewer: Viewer; peer: Peer; other: () => Promise<Peer> }> {
  const { name, peer, other } = await lockSegment();
  await peer.ask('mutex', lockPlace, 'n');
  const viewer = await openView(`posix:${name}`);
  await select(viewer, lockPlace, 4);
  await answering([{ pick: /^Mutex$/ }], () => commands.executeCommand('segmentLens.addLock'));
  return { viewer, peer, other };
}
