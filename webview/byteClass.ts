/**
 * The kinds of bytes that have a colour of their own: zero; white space; another control; printable ASCII; above
 * ASCII; 0xFF.
 */
export const classes = ['zero', 'space', 'control', 'printable', 'high', 'full'] as const;
export type ByteClass = (typeof classes)[number];

/** Of each byte its class, as an index of `classes`. */
export const byteClasses = Uint8Array.from({ length: 256 }, (_, value) => classes.indexOf(classOf(value)));

function classOf(value: number): ByteClass {
  if (value === 0) return 'zero';
  if (value === 0x20 || (value >= 0x09 && value <= 0x0d)) return 'space';
  if (value < 0x20 || value === 0x7f) return 'control';
  if (value < 0x7f) return 'printable';
  return value === 0xff ? 'full' : 'high';
}
