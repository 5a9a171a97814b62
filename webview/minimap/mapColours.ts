import type { Bookmark } from '../../extension/shared/bookmark';
import { bookmarkColours } from '../../extension/shared/bookmark';
import { element } from '../element';

/** The theme's colours for the map, resolved for a canvas. */
export interface MapColours {
  readonly data: string;
  readonly heat: string;
  readonly hit: string;
  readonly selection: string;
  readonly hole: string;
  readonly bookmark: Readonly<Record<Bookmark['colour'], string>>;
}

/** Reads the theme as it is now from a probe inside `host`, whose style sheet names the colours. */
export function readMapColours(host: HTMLElement): MapColours {
  const probe = element('span', 'probe', { attributes: { 'aria-hidden': 'true' } });
  host.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const bookmark = Object.fromEntries(
    bookmarkColours.map((name) => {
      probe.dataset['colour'] = name;
      return [name, colour('--mark')];
    }),
  ) as Record<Bookmark['colour'], string>;
  const colours = {
    data: colour('--map-data'),
    heat: colour('--map-heat'),
    hit: colour('--map-hit'),
    selection: colour('--map-selection'),
    hole: colour('--map-hole'),
    bookmark,
  };
  probe.remove();
  return colours;
}
