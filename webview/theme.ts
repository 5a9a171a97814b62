import { element } from './element';
import { Faces } from './faces';

/** The theme's colours for the layers that are drawn, resolved for a canvas, and what the user asked for. */
export interface Theme {
  readonly changedBackground: string;
  readonly changedBorder: string;
  readonly selection: string;
  readonly pending: string;
  readonly dot: string;
  /** Of text that the layer of signs draws. */
  readonly foreground: string;
  readonly selectionForeground: string;
  readonly lost: string;
  readonly faces: Faces;
  readonly reducedMotion: boolean;
  /** Of the editor's font. */
  readonly charWidth: number;
  readonly rowHeight: number;
}

/** Reads the theme as it is now from a probe inside `host`, which must carry the grid's font. */
export function readTheme(host: HTMLElement): Theme {
  const probe = element('span', 'probe', { text: '0'.repeat(100), attributes: { 'aria-hidden': 'true' } });
  host.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const { fontStyle, fontWeight, fontSize, fontFamily } = style;
  const charWidth = probe.getBoundingClientRect().width / 100 || 8;
  const rowHeight = Math.max(12, Math.round(parseFloat(fontSize) * 1.45) || 20);
  const theme: Theme = {
    changedBackground: colour('--changed-background'),
    changedBorder: colour('--changed-border'),
    selection: colour('--selection'),
    pending: colour('--pending'),
    dot: colour('--dot'),
    foreground: colour('--foreground'),
    selectionForeground: colour('--selection-foreground'),
    lost: colour('--lost'),
    faces: new Faces(`${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`, charWidth, rowHeight),
    reducedMotion:
      matchMedia('(prefers-reduced-motion: reduce)').matches ||
      document.body.classList.contains('vscode-reduce-motion'),
    charWidth,
    rowHeight,
  };
  probe.remove();
  return theme;
}

/** Calls `changed` when the theme, the font or the wish for motion changes. */
export function watchTheme(changed: () => void): void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  matchMedia('(prefers-reduced-motion: reduce)').addEventListener('change', changed);
  void document.fonts.ready.then(changed);
}
