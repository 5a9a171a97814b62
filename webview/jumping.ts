import { valueOf } from '../extension/shared/values/index';
import { readBytes } from './reading';
import { selectedRange } from './selection';
import { mappings } from './side/mappings';
import { hex, text } from './texts';
import type { ViewContext } from './viewContext';

/** Back to where the last jump came from. */
export function goBack(view: ViewContext): void {
  arrive(view, view.jumps.back(view.store.selection.cursor), text('jump.noneBehind'));
}

/** Takes goBack() back. */
export function goForward(view: ViewContext): void {
  arrive(view, view.jumps.forward(view.store.selection.cursor), text('jump.noneAhead'));
}

/** To the next byte that was seen to change, in the order of offsets; goes on at the start. */
export function goToChange(view: ViewContext, direction: 1 | -1): void {
  const { store } = view;
  const offsets = store.history.offsets().filter((offset) => offset < store.size);
  const { cursor } = store.selection;
  // A run of changed bytes is one place: from inside it, the next one is behind it.
  const starts = offsets.filter((offset, index) => index === 0 || offset - 1 !== offsets[index - 1]);
  const found =
    direction === 1
      ? (starts.find((offset) => offset > cursor) ?? starts[0])
      : (starts.findLast((offset) => offset < cursor) ?? starts.at(-1));
  if (found === undefined) view.say(text('jump.noChange'));
  else view.goTo(found, 0);
}

/** To where the pointer or offset under the cursor leads. */
export async function followPointer(view: ViewContext): Promise<void> {
  const { store } = view;
  const { start, length } = selectedRange(store.selection);
  if (length !== 0 && length !== 1 && length !== 4 && length !== 8) {
    view.say(text('jump.pointerLength'), true);
    return;
  }
  const bytes = await readBytes(view, start, Math.min(8, store.size - start));
  const target = targetOf(view, bytes);
  if (target === undefined) view.say(text('jump.pointerOutside', hex(start)), true);
  else view.goTo(target, 0);
}

/** Whether followPointer() leads somewhere, as far as the bytes on screen tell. */
export function leadsInside(view: ViewContext): boolean {
  const { store } = view;
  const { start, length } = selectedRange(store.selection);
  if (length !== 0 && length !== 1 && length !== 4 && length !== 8) return false;
  return targetOf(view, store.slice(start, Math.min(8, store.size - start))) !== undefined;
}

/** Where the bytes of the selection or at the cursor lead. */
function targetOf({ store }: ViewContext, bytes: Uint8Array): number | undefined {
  const { start, length } = selectedRange(store.selection);
  const place = { offset: start, size: store.size, mappings: mappings(store) };
  const leadsTo = (type: 'pointer32' | 'pointer64'): number | undefined =>
    valueOf(type).decode(bytes, store.endian, place)?.target;
  // A width that leads nowhere may be the other one.
  return (length === 4 ? undefined : leadsTo('pointer64')) ?? leadsTo('pointer32');
}

function arrive(view: ViewContext, offset: number | null, none: string): void {
  if (offset === null) {
    view.say(none);
    return;
  }
  view.selectInPlace({ ...view.store.selection, cursor: offset, anchor: null });
  view.grid.show(offset, true);
  view.grid.focus();
}
