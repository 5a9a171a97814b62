import type { Column } from './column';

/**
 * One ASCII character per byte. An unprintable byte is a blank here: its dot is drawn by the marks layer, so that
 * it can be dimmer than the text without a node of its own.
 */
export const textColumn: Column = {
  name: 'text',
  glyphs: 1,
  width: (bytesPerRow) => bytesPerRow,
  start: (index) => index,
  indexAt: (position, bytesPerRow) => Math.min(bytesPerRow - 1, Math.max(0, Math.floor(position))),
  heading: () => '',
  format(bytes, from, to, bytesPerRow) {
    let text = '';
    for (let index = 0; index < bytesPerRow; index++) {
      const value = index < from || index >= to ? 0 : (bytes[index] ?? 0);
      text += printable(value) ? String.fromCharCode(value) : ' ';
    }
    return text;
  },
};

/** Space to tilde. */
export function printable(value: number): boolean {
  return value >= 0x20 && value < 0x7f;
}
