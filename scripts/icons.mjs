// Empties the glyphs of the icon font that the view does not use, and drops their styles: of 600 icons it shows some 60.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Rewrites the TrueType font `font` (OpenType, glyf outlines) and the minified style sheet `sheet` with the icons alone that
 * a source below `folder` names; `styles` says which is which.
 */
export function keepUsedIcons(font, sheet, styles, folder) {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const words = new Set(
    [...sources.matchAll(/['"`]([a-z0-9-]+)['"`]|codicon-([a-z0-9-]+)/g)].flatMap(([, a, b]) => [a, b]),
  );
  // Some are named by templates.
  for (const name of ['chevron-down', 'chevron-right']) words.add(name);
  const points = [
    ...readFileSync(styles, 'utf8').matchAll(
      /\.codicon-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"/gi,
    ),
  ]
    .filter(([, name]) => words.has(name))
    .map(([, , point]) => Number.parseInt(point, 16));
  const bytes = readFileSync(font);
  writeFileSync(font, emptied(bytes, points));
  writeFileSync(sheet, withoutStyles(readFileSync(sheet, 'utf8'), words));
}

function withoutStyles(sheet, words) {
  return sheet.replace(/((?:\.codicon-[a-z0-9-]+:before,?)+)(\{content:"[^"]*"\})/g, (_, selectors, body) => {
    const kept = selectors.split(',').filter((one) => words.has(/^\.codicon-(.*):before$/.exec(one)?.[1]));
    return kept.length === 0 ? '' : kept.join(',') + body;
  });
}

function emptied(bytes, points) {
  const tables = new Map();
  const count = bytes.readUInt16BE(4);
  for (let at = 0; at < count; at++) {
    const entry = 12 + at * 16;
    tables.set(bytes.toString('latin1', entry, entry + 4), {
      entry,
      offset: bytes.readUInt32BE(entry + 8),
      length: bytes.readUInt32BE(entry + 12),
    });
  }
  const long = bytes.readInt16BE(tables.get('head').offset + 50) === 1;
  const glyphs = bytes.readUInt16BE(tables.get('maxp').offset + 4);
  const { offset: loca } = tables.get('loca');
  const { offset: glyf } = tables.get('glyf');
  const start = (glyph) =>
    long ? bytes.readUInt32BE(loca + glyph * 4) : bytes.readUInt16BE(loca + glyph * 2) * 2;
  const kept = new Set([0]);
  const keep = (glyph) => {
    if (kept.has(glyph)) return;
    kept.add(glyph);
    const from = glyf + start(glyph);
    if (start(glyph + 1) === start(glyph) || bytes.readInt16BE(from) >= 0) return;
    // A composite glyph names its parts.
    for (let at = from + 10, more = true; more;) {
      const flags = bytes.readUInt16BE(at);
      keep(bytes.readUInt16BE(at + 2));
      at += 4 + (flags & 1 ? 4 : 2) + (flags & 8 ? 2 : flags & 0x40 ? 4 : flags & 0x80 ? 8 : 0);
      more = (flags & 0x20) !== 0;
    }
  };
  const glyphOf = characters(bytes, tables.get('cmap').offset);
  for (const point of points) keep(glyphOf(point));
  // The outlines stay where they are: bytes of zeros in between cost nothing in a package.
  const made = Buffer.from(bytes);
  for (let glyph = 0; glyph < glyphs; glyph++) {
    if (!kept.has(glyph)) made.fill(0, glyf + start(glyph), glyf + start(glyph + 1));
  }
  // An emptied glyph begins where the one before it does, as far as that is zeros: offsets that repeat pack better.
  for (let glyph = 1; glyph < glyphs; glyph++) {
    if (kept.has(glyph) || kept.has(glyph - 1)) continue;
    const size = long ? 4 : 2;
    made.copy(made, loca + glyph * size, loca + (glyph - 1) * size, loca + glyph * size);
  }
  // Format 3 of the post table has no names of glyphs: none is looked up by its name.
  const post = tables.get('post');
  made.writeUInt32BE(0x00030000, post.offset);
  made.writeUInt32BE(32, post.entry + 12);
  made.fill(0, post.offset + 32, post.offset + post.length);
  dropWideCharacters(made, tables.get('cmap').offset);
  return made;
}

/** Every icon is below U+10000, where the table of format 4 says the same as that of format 12. */
function dropWideCharacters(bytes, cmap) {
  const records = Array.from({ length: bytes.readUInt16BE(cmap + 2) }, (_, at) =>
    Buffer.from(bytes.subarray(cmap + 4 + at * 8, cmap + 12 + at * 8)),
  );
  const table = (record) => cmap + record.readUInt32BE(4);
  const isWide = (record) => bytes.readUInt16BE(table(record)) === 12;
  const kept = records.filter((record) => !isWide(record));
  if (!kept.some((record) => bytes.readUInt16BE(table(record)) === 4)) return;
  const wide = records.filter(isWide);
  bytes.writeUInt16BE(kept.length, cmap + 2);
  kept.forEach((record, at) => record.copy(bytes, cmap + 4 + at * 8));
  for (const record of wide) {
    const length = bytes.readUInt32BE(table(record) + 4);
    if (length > 0) bytes.fill(0, table(record), table(record) + length);
  }
}

/** The glyph of a character, by the format 4 or 12 table of a cmap. */
function characters(bytes, cmap) {
  const known = new Map();
  for (let at = 0; at < bytes.readUInt16BE(cmap + 2); at++) {
    const table = cmap + bytes.readUInt32BE(cmap + 4 + at * 8 + 4);
    const format = bytes.readUInt16BE(table);
    if (format === 12) {
      for (let group = 0; group < bytes.readUInt32BE(table + 12); group++) {
        const entry = table + 16 + group * 12;
        const [first, last, glyph] = [0, 4, 8].map((shift) => bytes.readUInt32BE(entry + shift));
        for (let point = first; point <= last; point++) known.set(point, glyph + point - first);
      }
    } else if (format === 4) {
      const double = bytes.readUInt16BE(table + 6);
      for (let segment = 0; segment < double; segment += 2) {
        const end = bytes.readUInt16BE(table + 14 + segment);
        const first = bytes.readUInt16BE(table + 16 + double + segment);
        const delta = bytes.readUInt16BE(table + 16 + 2 * double + segment);
        const at = table + 16 + 3 * double + segment;
        const range = bytes.readUInt16BE(at);
        for (let point = first; point <= end && point < 0xffff; point++) {
          const glyph = range === 0 ? point : bytes.readUInt16BE(at + range + (point - first) * 2);
          if (glyph !== 0) known.set(point, (glyph + delta) & 0xffff);
        }
      }
    }
  }
  return (point) => known.get(point) ?? 0;
}
