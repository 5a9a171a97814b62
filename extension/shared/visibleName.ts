/**
 * A name that another program chose, safe to show: control characters, line separators and marks that reorder
 * text (Unicode Bidi_Control, TR 36) become visible escapes such as `\x1b` or `\u{202e}`.
 */
export function visibleName(name: string): string {
  let shown = '';
  for (const character of name) {
    const point = character.codePointAt(0) ?? 0;
    shown += hidden(point) ? escape(point) : character;
  }
  return shown;
}

function hidden(point: number): boolean {
  return (
    point < 0x20 ||
    (point >= 0x7f && point < 0xa0) ||
    point === 0x61c ||
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    (point >= 0xd800 && point <= 0xdfff) ||
    point === 0xfeff
  );
}

function escape(point: number): string {
  const digits = point.toString(16);
  return point < 0x100 ? `\\x${digits.padStart(2, '0')}` : `\\u{${digits}}`;
}
