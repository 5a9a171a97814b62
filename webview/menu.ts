import { element, icon } from './element';

/** One line of a menu; null is a separator. */
export interface MenuItem {
  readonly label: string;
  readonly key?: string;
  /** undefined: not a choice. */
  readonly checked?: boolean;
  readonly enabled?: boolean;
  readonly run: () => void;
}

/**
 * Opens a menu below `anchor`, or at `point`. Arrows, Home, End, Enter and Escape work; leaving it closes it and
 * gives the focus back to `anchor`.
 */
export function openMenu(
  anchor: HTMLElement,
  label: string,
  items: readonly (MenuItem | null)[],
  point?: { readonly x: number; readonly y: number },
): void {
  const menu = element('div', 'menu', {
    role: 'menu',
    label,
    attributes: { popover: 'auto', tabindex: '-1' },
  });
  const entries: HTMLElement[] = [];
  // At once, not by the toggle event: the next menu may open before that comes, and there would be two.
  const close = (): void => {
    menu.hidePopover();
    menu.remove();
  };
  for (const item of items) {
    if (item === null) {
      menu.append(element('div', 'separator', { role: 'separator' }));
      continue;
    }
    const choice = item.checked !== undefined;
    const entry = element(
      'div',
      'item',
      { role: choice ? 'menuitemradio' : 'menuitem', attributes: { tabindex: '-1' } },
      element('span', 'check', {}, ...(item.checked === true ? [icon('check')] : [])),
      element('span', 'words', { text: item.label }),
      element('span', 'key', { text: item.key ?? '' }),
    );
    if (choice) entry.setAttribute('aria-checked', String(item.checked));
    if (item.enabled === false) entry.setAttribute('aria-disabled', 'true');
    entry.addEventListener('click', () => {
      if (item.enabled === false) return;
      close();
      item.run();
    });
    menu.append(entry);
    if (item.enabled === false) continue;
    entry.addEventListener('pointermove', () => {
      entry.focus();
    });
    entries.push(entry);
  }
  menu.addEventListener('keydown', (event) => {
    const at = entries.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) entries.at(to >= entries.length ? 0 : to)?.focus();
    else if (event.key === 'Enter' || event.key === ' ') entries[at]?.click();
    else if (event.key === 'Tab' || event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  menu.addEventListener('toggle', (event) => {
    if (!point) anchor.setAttribute('aria-expanded', String(event.newState === 'open'));
    if (event.newState !== 'closed') return;
    menu.remove();
  });
  (anchor.closest('header, main') ?? document.body).append(menu);
  menu.showPopover();
  place(menu, point ? new DOMRect(point.x, point.y, 0, 0) : anchor.getBoundingClientRect());
  (entries.find((entry) => entry.getAttribute('aria-checked') === 'true') ?? entries[0])?.focus();
}

/** Puts a popover below a box, or above it where there is no room. */
export function place(menu: HTMLElement, box: DOMRect): void {
  const { width, height } = menu.getBoundingClientRect();
  const left = Math.max(4, Math.min(box.left, innerWidth - width - 4));
  const below = box.bottom + 2;
  const top = below + height <= innerHeight - 4 ? below : Math.max(4, innerHeight - height - 4);
  menu.style.left = `${String(left)}px`;
  menu.style.top = `${String(top)}px`;
}
