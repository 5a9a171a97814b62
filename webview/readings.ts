import { encodingNames, encodings } from '../extension/shared/encoding';
import { readAs, type Reading } from '../extension/shared/reading';
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
