import { workspace } from 'vscode';
import { temporaryDirectories as candidates } from '../core/temporaryDirectories';
import { soundReading, type Reading } from '../shared/reading';

/** Section of every setting of ours. */
export const section = 'segmentLens';

/** Looks per second of a new live view, 1..60. */
export function rate(): number {
  return clamp(Math.round(read('rate', 30)), 1, 60);
}

/** Share of one core for looking over whole segments, 0 (off) or 0.001..1. */
export function sweepBudget(): number {
  return clamp(read('sweepBudget', 5), 0, 100) / 100;
}

/** Milliseconds to wait for a lock, 100..60000. */
export function lockTimeout(): number {
  return clamp(read('lockTimeout', 2000), 100, 60_000);
}

/** Milliseconds after which a freeze ends by itself, 1..3600 s. */
export function freezeLimit(): number {
  return clamp(read('freezeLimit', 60), 1, 3600) * 1000;
}

/** How a live view reads the bytes of a segment for which nothing else was chosen. */
export function reading(): Reading {
  return soundReading({
    bytesPerRow: read<unknown>('bytesPerRow', 16),
    format: read<unknown>('format', 'hex'),
    group: read<unknown>('groupLength', 1),
    endian: read<unknown>('byteOrder', 'little'),
    encoding: read<unknown>('encoding', 'utf8'),
    colourByClass: read<unknown>('colorByClass', false),
    dimZeros: read<unknown>('dimZeros', true),
  });
}

/** Whether Chromium's and X11's own segments are listed. */
export function showHidden(): boolean {
  return read('showHidden', false);
}

/**
 * Where Qt programs may keep their key files: what the user added (snap, sudo and containers give a peer another
 * TMPDIR than ours), then this process's TMPDIR and /tmp.
 */
export function temporaryDirectories(): readonly string[] {
  const added = read<readonly unknown[]>('temporaryDirectories', []).filter(
    (folder): folder is string => typeof folder === 'string',
  );
  return [...new Set([...added, undefined].flatMap((folder) => candidates(folder)))];
}

/** Whether it is told what a debug session left behind. */
export function leftoverNotice(): boolean {
  return read('leftoverNotice', true);
}

/** Whether the panel shows a segment at the first stop of a session that has it; `offer`: the user is asked, once. */
export function openPanelOnStop(): 'never' | 'offer' | 'always' {
  const value = read<unknown>('openPanelOnStop', 'offer');
  return value === 'never' || value === 'always' ? value : 'offer';
}

/** Writes a setting for the user, everywhere. */
export async function setOpenPanelOnStop(value: 'never' | 'always'): Promise<void> {
  await write('openPanelOnStop', value);
}

/** Whether the calls in source text that name a segment have a lens and a hover. */
export function sourceLens(): boolean {
  return read('sourceLens', true);
}

/** Whether it is told which locks in source text do not keep other processes apart. */
export function sourceHints(): boolean {
  return read('sourceHints', true);
}

/** Writes a setting for the user, everywhere. */
export async function setLeftoverNotice(value: boolean): Promise<void> {
  await write('leftoverNotice', value);
}

/** Writes a setting for the user, everywhere. */
export async function setShowHidden(value: boolean): Promise<void> {
  await write('showHidden', value);
}

function read<T>(name: string, fallback: T): T {
  return workspace.getConfiguration(section).get<T>(name, fallback);
}

/** Writes a setting for the user, everywhere. */
async function write(name: string, value: unknown): Promise<void> {
  await workspace.getConfiguration(section).update(name, value, true);
}

function clamp(value: number, low: number, high: number): number {
  return Number.isFinite(value) ? Math.min(high, Math.max(low, value)) : low;
}
