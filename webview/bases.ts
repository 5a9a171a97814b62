import { readAs, type Base, type MappedBase } from '../extension/shared/reading';
import { visibleName } from '../extension/shared/visibleName';
import type { Store } from './store';
import { hex, text } from './texts';
import type { ViewContext } from './viewContext';

/** What the rows can be numbered by, and its words. */
export interface BaseChoice {
  readonly base: Base;
  readonly label: string;
}

/** The offset, and every mapping that an attached process has of bytes of the segment. */
export function bases({ store }: ViewContext): readonly BaseChoice[] {
  const { size } = store;
  const mapped = mappedBases(store)
    .filter(({ base }) => base.offset < size)
    .map(({ base, name }) => {
      const { pid, address, offset, length } = base;
      const last = Math.min(size, offset + length) - 1;
      const start = [visibleName(name), pid, address.toUpperCase()] as const;
      const isWhole = offset === 0 && last === size - 1;
      const label = isWhole
        ? text('layout.mapped', ...start)
        : text('layout.mappedPart', ...start, hex(offset), hex(last));
      return { base, label };
    });
  return [{ base: 'offset' as const, label: text('layout.offset') }, ...mapped];
}

function mappedBases({
  description,
}: Store): readonly { readonly base: MappedBase; readonly name: string }[] {
  return (description?.attached ?? [])
    .filter(({ alive }) => alive)
    .flatMap(({ pid, name, mappings }) => mappings.map((mapping) => ({ base: { pid, ...mapping }, name })));
}

/** Whether two bases number the rows by the same mapping, or both by the offset. */
export function sameBase(one: Base, other: Base): boolean {
  if (one === 'offset' || other === 'offset') return one === other;
  return sameStart(one, other) && one.address === other.address;
}

/**
 * Follows the mapping whose addresses are shown: to where the process has the same bytes now, or back to offsets
 * where it has them no more.
 */
export function followBase(view: ViewContext): void {
  const { store } = view;
  const { base } = store.reading;
  if (base === 'offset' || store.description === null || store.description.attached.length === 0) return;
  const known = mappedBases(store).map((one) => one.base);
  const now = known.find((one) => sameBase(one, base)) ?? known.find((one) => sameStart(one, base));
  if (now === undefined) {
    store.reading = readAs(store.reading, { base: 'offset' });
    view.say(text('layout.baseGone', base.pid));
  } else if (now.address !== base.address || now.length !== base.length) {
    store.reading = readAs(store.reading, { base: now });
  }
}

function sameStart(one: MappedBase, other: MappedBase): boolean {
  return one.pid === other.pid && one.offset === other.offset;
}
