/** What cannot stand alone in a cell: controls, formats (bidi among them), marks, private, unassigned, invisible. */
const undrawable = /^[\p{C}\p{M}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const emoji = /^\p{Emoji_Presentation}$/u;

/** East Asian Wide and Fullwidth (Unicode Standard Annex 11) in pairs of first and last; emoji are asked apart. */
const wide: readonly number[] = [
  0x1100, 0x115f, 0x2329, 0x232a, 0x2e80, 0x303e, 0x3041, 0x4dbf, 0x4e00, 0xa4cf, 0xa960, 0xa97f, 0xac00,
  0xd7a3, 0xf900, 0xfaff, 0xfe10, 0xfe19, 0xfe30, 0xfe6f, 0xff01, 0xff60, 0xffe0, 0xffe6, 0x16fe0, 0x18dff,
  0x1aff0, 0x1b2ff, 0x1f200, 0x1f265, 0x20000, 0x3fffd,
];

/** Of the basic plane, once asked for; 255: not yet. */
const known = new Uint8Array(65536).fill(255);

/** Cells that a character is wide, 1 or 2; 0: it cannot be drawn alone. */
export function glyphWidth(character: string): 0 | 1 | 2 {
  const point = character.codePointAt(0) ?? 0;
  if (point > 0xffff) return measure(character, point);
  const width = known[point] ?? 255;
  if (width !== 255) return width as 0 | 1 | 2;
  const measured = measure(character, point);
  known[point] = measured;
  return measured;
}

function measure(character: string, point: number): 0 | 1 | 2 {
  if (undrawable.test(character)) return 0;
  for (let at = 0; at + 1 < wide.length; at += 2) {
    if (point < (wide[at] ?? 0)) break;
    if (point <= (wide[at + 1] ?? 0)) return 2;
  }
  const flag = point >= 0x1f1e6 && point <= 0x1f1ff;
  return !flag && emoji.test(character) ? 2 : 1;
}
