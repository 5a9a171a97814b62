import { l10n, window } from 'vscode';
import { encodeNumber, encodeText, parseHex, parseOffset, type TextEncoding } from '../../core/bytes';
import { SegmentError } from '../../core/errors';
import { numberTypes } from '../../shared/numberType';
import { askChoice, askText } from '../ask';
import type { LoadedContext } from '../context';
import { infoOf } from '../system';
import type { Target } from '../target';
import { bytesText, hexPairs, hexText, placeText } from '../text';

/** Bytes that a question tells before it says how many there are. */
const mostShown = 16;

/** A way to type bytes: `encode` throws what is wrong with the text. */
interface Format {
  readonly title: string;
  readonly placeHolder: string;
  readonly encode: (text: string) => Uint8Array;
}

/**
 * Asks where and what, then writes under the lock, if the bytes there are still those that the user was shown.
 * Nothing is written where anything is wrong. Undone as an edit in a view is.
 */
export async function writeBytes(context: LoadedContext, target: Target): Promise<void> {
  const title = l10n.t('Write Bytes: {0}', target.label);
  const { size } = infoOf(context.system, target.key);
  const offset = await askOffset(title, size, target.viewer?.cursor.start ?? 0);
  if (offset === undefined) return;
  const format = await askFormat(title);
  if (format === undefined) return;
  const check = (text: string) => fitting(format.encode(text), offset, size);
  const document = context.system.documents.checkout(target.key);
  try {
    await document.segment.settled();
    let seen = new Uint8Array(0);
    const text = await askText({
      title,
      prompt: l10n.t(
        '{0} at offset {1}: at most {2}',
        format.title,
        hexText(offset),
        bytesText(size - offset),
      ),
      placeHolder: format.placeHolder,
      check,
      note: (typed) => {
        seen = new Uint8Array(check(typed).length);
        seen = seen.slice(0, document.segment.read(offset, seen));
        return l10n.t('Overwrites {0}', briefly(seen));
      },
    });
    if (text === undefined) return;
    const bytes = check(text);
    const edit = { offset, bytes, expected: seen };
    const { outcome } = await context.system.documents.write(target.key, () => document.editor.edit(edit));
    if (outcome === 'conflict')
      throw new SegmentError('conflict', 'The bytes changed while they were asked for.');
    told(context, target, offset, bytes.length);
  } finally {
    document.dispose();
  }
}

/** The first bytes in hexadecimal, and how many there are where not all are told. */
function briefly(bytes: Uint8Array): string {
  const shown = bytes.subarray(0, mostShown);
  const pairs = hexPairs(shown);
  return shown.length === bytes.length ? pairs : `${pairs} … (${bytesText(bytes.length)})`;
}

function told(context: LoadedContext, target: Target, offset: number, length: number): void {
  context.log.info(`wrote ${String(length)} bytes at ${String(offset)} of ${target.id}`);
  window.setStatusBarMessage(l10n.t('$(check) {0} written at {1}', bytesText(length), hexText(offset)), 3000);
}

/** Asks for an offset inside the segment. */
export async function askOffset(title: string, size: number, value: number): Promise<number | undefined> {
  const last = Math.max(0, size - 1);
  const text = await askText({
    title,
    prompt: l10n.t('Offset from 0x0 to {0}', placeText(last)),
    value: hexText(value),
    check: (typed) => parseOffset(typed, size),
  });
  return text === undefined ? undefined : parseOffset(text, size);
}

/** The bytes, where they fit behind the offset. */
export function fitting(bytes: Uint8Array, offset: number, size: number): Uint8Array {
  const room = size - offset;
  if (bytes.length === 0) throw new SegmentError('invalid-size', 'no bytes', { rule: 'empty-bytes' });
  if (bytes.length > room) {
    throw new SegmentError(
      'invalid-size',
      `${String(bytes.length)} bytes at ${String(offset)} of ${String(size)}`,
      {
        rule: 'past-the-end',
        maximum: String(room),
      },
    );
  }
  return bytes;
}

async function askFormat(title: string): Promise<Format | undefined> {
  const kind = await askChoice(title, [
    { label: l10n.t('Hex'), description: '48 65 6C 6C 6F', value: 'hex' as const },
    { label: l10n.t('Text'), description: l10n.t('in an encoding'), value: 'text' as const },
    { label: l10n.t('Number'), description: l10n.t('with type and byte order'), value: 'number' as const },
  ]);
  switch (kind) {
    case 'hex':
      return { title: l10n.t('Hex bytes'), placeHolder: '48 65 6C 6C 6F', encode: parseHex };
    case 'text':
      return askTextFormat(title);
    case 'number':
      return askNumberFormat(title);
    case undefined:
      return undefined;
  }
}

async function askTextFormat(title: string): Promise<Format | undefined> {
  const encodings: readonly [TextEncoding, string][] = [
    ['utf-8', 'UTF-8'],
    ['utf-16le', 'UTF-16 LE'],
    ['utf-16be', 'UTF-16 BE'],
    ['latin1', 'Latin-1'],
    ['ascii', 'ASCII'],
  ];
  const encoding = await askChoice(
    title,
    encodings.map(([value, label]) => ({ label, value })),
  );
  if (encoding === undefined) return undefined;
  const name = encodings.find(([value]) => value === encoding)?.[1] ?? encoding;
  return {
    title: l10n.t('Text in {0}', name),
    placeHolder: '',
    encode: (text) => encodeText(text, encoding),
  };
}

async function askNumberFormat(title: string): Promise<Format | undefined> {
  const type = await askChoice(
    title,
    numberTypes.map((value) => ({ label: value, value })),
  );
  if (type === undefined) return undefined;
  const single = type === 'int8' || type === 'uint8';
  const little = single
    ? true
    : await askChoice(title, [
        { label: l10n.t('Little endian'), value: true },
        { label: l10n.t('Big endian'), value: false },
      ]);
  if (little === undefined) return undefined;
  const order = little ? l10n.t('little endian') : l10n.t('big endian');
  return {
    title: single ? type : `${type}, ${order}`,
    placeHolder: '',
    encode: (text) => encodeNumber(text, type, little),
  };
}
