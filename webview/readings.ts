import { encodingNames, encodings } from '../extension/shared/encoding';
import { readAs, type Base, type Reading } from '../extension/shared/reading';
import { visibleName } from './names';
import { openMenu } from './menu';
import { text } from './texts';
import type { ViewContext } from './viewContext';

/** Reads the bytes in another way, and remembers it for this segment. */
export function setReading(view: ViewContext, change: Partial<Reading>): void {
  const { store } = view;
  store.reading = readAs(store.reading, change);
  view.edits.nibble = null;
  if (store.description !== null) view.memory.keepReading(store.description.nativeKey, store.reading);
  // Before the cursor is brought into sight: the rows it is looked for in must be the new ones.
  view.grid.measure();
  view.select(store.selection);
}

/** Shows numbers and groups in the other byte order. */
export function swapByteOrder(view: ViewContext): void {
  setReading(view, { endian: view.store.reading.endian === 'little' ? 'big' : 'little' });
}

/** Lets the user choose the encoding of the text column. */
export function openEncodings(view: ViewContext, anchor: HTMLElement): void {
  openMenu(
    anchor,
    text('layout.encoding'),
    encodings.map((encoding) => ({
      label: encodingNames[encoding],
      checked: encoding === view.store.reading.encoding,
      run: () => {
        setReading(view, { encoding });
      },
    })),
  );
}

/** What the rows can be numbered by, with its words: the offset, or the addresses in a process. */
export function bases({ store }: ViewContext): readonly { readonly base: Base; readonly label: string }[] {
  const mapped = (store.description?.attached ?? []).flatMap(({ pid, name, address, alive }) =>
    address === null || !alive
      ? []
      : [{ base: { pid, address }, label: `${visibleName(name)} ${String(pid)}` }],
  );
  return [{ base: 'offset' as const, label: text('layout.offset') }, ...mapped];
}

/** Whether two bases number the rows by the same process, or both by the offset. */
export function sameBase(one: Base, other: Base): boolean {
  return one === 'offset' || other === 'offset' ? one === other : one.pid === other.pid;
}

/** Follows the process whose addresses are shown: to where it has the segment now, or back to offsets. */
export function followBase(view: ViewContext): void {
  const { store } = view;
  const { base } = store.reading;
  if (base === 'offset' || store.description === null || store.description.attached.length === 0) return;
  const now = bases(view).find((one) => sameBase(one.base, base));
  if (now === undefined) {
    store.reading = readAs(store.reading, { base: 'offset' });
    view.say(text('layout.baseGone', base.pid));
  } else if (now.base !== 'offset' && now.base.address !== base.address) {
    store.reading = readAs(store.reading, { base: now.base });
  }
}
