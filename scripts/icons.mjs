// Keeps of the icon font, and of its styles, what the view uses: of 600 icons it shows some 60.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import subsetFont from 'subset-font';

/**
 * Puts a WOFF2 font in the place of the TrueType font `font`, with the icons alone that a source below `folder` names,
 * and lets the minified style sheet `sheet` ask for it, without the styles of the others; `styles` says which
 * character is which icon.
 */
export async function keepUsedIcons(font, sheet, styles, folder) {
  const words = wordsOf(folder);
  const characters = [
    ...readFileSync(styles, 'utf8').matchAll(
      /\.codicon-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"/gi,
    ),
  ]
    .filter(([, name]) => words.has(name))
    .map(([, , point]) => String.fromCodePoint(Number.parseInt(point, 16)));
  writeFileSync(
    font.replace(/ttf$/, 'woff2'),
    await subsetFont(readFileSync(font), characters.join(''), { targetFormat: 'woff2' }),
  );
  rmSync(font);
  writeFileSync(
    sheet,
    withoutStyles(readFileSync(sheet, 'utf8'), words).replace(
      /(codicon)\.ttf[^)]*\) format\("truetype"\)/,
      '$1.woff2") format("woff2")',
    ),
  );
}

/** What may be the name of an icon in the sources below a folder. */
function wordsOf(folder) {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const found = [...sources.matchAll(/['"`]([a-z0-9-]+)['"`]|codicon-([a-z0-9-]+)/g)];
  // Some are named by templates.
  return new Set([...found.flatMap(([, a, b]) => [a, b]), 'chevron-down', 'chevron-right']);
}

function withoutStyles(sheet, words) {
  return sheet.replace(/((?:\.codicon-[a-z0-9-]+:before,?)+)(\{content:"[^"]*"\})/g, (_, selectors, body) => {
    const kept = selectors.split(',').filter((one) => words.has(/^\.codicon-(.*):before$/.exec(one)?.[1]));
    return kept.length === 0 ? '' : kept.join(',') + body;
  });
}
