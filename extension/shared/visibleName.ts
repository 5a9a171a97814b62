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

/**
 * A visible name for where VS Code reads markup: notices make links of `[text](command:…)`, lists and the status bar
 * make icons of `$(name)`. Neither is left.
 */
export function plainName(name: string): string {
  return visibleName(name).replace(/(?<=[\]$])\(/g, '\\x28');
}

/** A plain name of at most `most` characters: what is longer loses its middle, as both ends tell names apart. */
export function shortName(name: string, most = 80): string {
  const shown = Array.from(plainName(name));
  if (shown.length <= most) return shown.join('');
  const start = Math.ceil((most - 1) / 2);
  return [...shown.slice(0, start), '…', ...shown.slice(shown.length - (most - 1 - start))].join('');
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
