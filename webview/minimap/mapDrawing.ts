import type { Bookmark } from '../../extension/shared/bookmark';
import type { SegmentMap } from '../../extension/shared/protocol';
import type { Results } from '../find/results';
import type { Store } from '../store';
import type { MapColours } from './mapColours';
import { bookmarkLines, hitLines, mapLines, selectedLines, type MapLine, type Stretch } from './mapPicture';
import type { MapShape } from './mapShape';

/** Left and right edge of the lines, and the lanes of bookmarks and hits beside them, in pixels. */
const body = { left: 7, right: 53 };
const bookmarkLane = { left: 2, right: 5 };
const hitLane = { left: 55, right: 61 };

/** All that a picture of the map needs. */
export interface MapScene {
  readonly shape: MapShape;
  readonly map: SegmentMap | null;
  readonly store: Store;
  readonly results: Results | null;
  readonly bookmarks: readonly Bookmark[];
  /** Device pixels of a pixel. */
  readonly scale: number;
  readonly now: number;
}

/** Paints the whole map anew. What is marked stands in a lane of its own: nothing is told by colour alone. */
export function drawMap(context: CanvasRenderingContext2D, colours: MapColours, scene: MapScene): void {
  const { shape, store, scale } = scene;
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  const snap = (pixels: number): number => Math.round(pixels * scale);
  const gap = shape.pitch >= 4 ? 2 : 1;
  const fill = (
    { left, right }: { readonly left: number; readonly right: number },
    { from, to }: Stretch,
  ): void => {
    const top = snap(from * shape.pitch);
    const end = Math.max(top + 1, snap((to + 1) * shape.pitch - gap));
    context.fillRect(snap(left), top, snap(right) - snap(left), end - top);
  };
  mapLines(shape, scene.map, store, scene.now).forEach((line, index) => {
    drawLine(context, colours, line, (share) => {
      fill(
        { left: body.left, right: body.left + (body.right - body.left) * share },
        { from: index, to: index },
      );
    });
  });
  context.globalAlpha = 1;
  const selected = selectedLines(store, shape.lines);
  if (selected) {
    context.strokeStyle = colours.selection;
    context.lineWidth = Math.max(1, snap(1.5));
    const top = snap(selected.from * shape.pitch);
    const height = Math.max(snap(3), snap((selected.to + 1) * shape.pitch - gap) - top);
    context.strokeRect(snap(body.left - 2) + 0.5, top + 0.5, snap(body.right - body.left + 4) - 1, height);
  }
  for (const bookmark of scene.bookmarks) {
    const lines = bookmarkLines(bookmark, shape.lines, store.size);
    if (lines === null) continue;
    context.fillStyle = colours.bookmark[bookmark.colour];
    fill(bookmarkLane, lines);
  }
  context.fillStyle = colours.hit;
  for (const line of hitLines(scene.results, shape.lines, store.size))
    fill(hitLane, { from: line, to: line });
}

/** A faint bar for zeros, a stronger one for data, dots for memory that was never used, heat over them. */
function drawLine(
  context: CanvasRenderingContext2D,
  colours: MapColours,
  { data, hole, heat }: MapLine,
  fill: (share: number) => void,
): void {
  if (hole > 0.5 && (data ?? 0) === 0) {
    context.globalAlpha = 1;
    context.fillStyle = colours.hole;
    fill(0.06);
  } else {
    context.globalAlpha = data === null ? 0.05 : 0.12 + (data === 0 ? 0 : 0.2 + 0.45 * data);
    context.fillStyle = colours.data;
    fill(1);
  }
  if (heat <= 0) return;
  context.globalAlpha = 0.25 + 0.75 * heat;
  context.fillStyle = colours.heat;
  fill(1);
}
