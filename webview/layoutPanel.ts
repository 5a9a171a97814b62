import { encodingNames, encodings } from '../extension/shared/encoding';
import { formats, groups, groupsOf, rowLengths, type Reading } from '../extension/shared/reading';
import { bases, sameBase } from './bases';
import { element, icon, setAttribute } from './element';
import { place } from './menu';
import { setReading } from './readings';
import { text } from './texts';
import type { ViewContext } from './viewContext';

/** One choice of a row. */
interface Choice {
  readonly label: string;
  readonly chosen: boolean;
  readonly possible: boolean;
  readonly change: Partial<Reading>;
}

/** Opens the panel in which the user says how the bytes are read and drawn; every choice is seen at once. */
export function openLayout(view: ViewContext, anchor: HTMLElement): void {
  const panel = element('div', 'layout', {
    role: 'dialog',
    label: text('layout.title'),
    attributes: { popover: 'auto', tabindex: '-1' },
  });
  fill(panel, view);
  panel.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    panel.hidePopover();
  });
  panel.addEventListener('toggle', (event) => {
    setAttribute(anchor, 'aria-expanded', String(event.newState === 'open'));
    if (event.newState === 'closed') panel.remove();
  });
  (anchor.closest('header, main') ?? document.body).append(panel);
  panel.showPopover();
  place(panel, anchor.getBoundingClientRect());
  panel.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
}

function fill(panel: HTMLElement, view: ViewContext): void {
  const { reading } = view.store;
  const change = (id: string, chosen: Partial<Reading>): void => {
    setReading(view, chosen);
    fill(panel, view);
    panel.querySelector<HTMLElement>(`[data-row="${id}"] [tabindex="0"]`)?.focus();
  };
  const possible = groupsOf(reading.format);
  const one = (label: string, chosen: boolean, of: Partial<Reading>, can = true): Choice => ({
    label,
    chosen,
    possible: can,
    change: of,
  });
  const row = (id: string, label: string, choices: readonly Choice[]): HTMLElement =>
    radioRow(id, label, choices, change);
  panel.replaceChildren(
    row(
      'bytesPerRow',
      text('layout.bytesPerRow'),
      rowLengths.map((bytesPerRow) =>
        one(
          bytesPerRow === 'fit' ? text('layout.fit') : String(bytesPerRow),
          bytesPerRow === reading.bytesPerRow,
          {
            bytesPerRow,
          },
        ),
      ),
    ),
    row(
      'format',
      text('layout.format'),
      formats.map((format) => one(text(`layout.format.${format}`), format === reading.format, { format })),
    ),
    row(
      'group',
      text('layout.group'),
      groups.map((group) => one(String(group), group === reading.group, { group }, possible.includes(group))),
    ),
    row('endian', text('layout.endian'), [
      one(text('layout.little'), reading.endian === 'little', { endian: 'little' }),
      one(text('layout.big'), reading.endian === 'big', { endian: 'big' }),
    ]),
    row(
      'encoding',
      text('layout.encoding'),
      encodings.map((encoding) => one(encodingNames[encoding], encoding === reading.encoding, { encoding })),
    ),
    row(
      'base',
      text('layout.base'),
      bases(view).map(({ base, label }) => one(label, sameBase(base, reading.base), { base })),
    ),
    element(
      'div',
      'line',
      {},
      element('span', 'title', { text: text('layout.colours') }),
      element(
        'div',
        'choices',
        {},
        check('colourByClass', text('layout.colourByClass'), reading.colourByClass, change),
        check('dimZeros', text('layout.dimZeros'), reading.dimZeros, change),
      ),
    ),
  );
}

type Change = (id: string, change: Partial<Reading>) => void;

/** A group of radio buttons: one tab stop, arrows choose (WAI-ARIA radio group). */
function radioRow(id: string, label: string, choices: readonly Choice[], change: Change): HTMLElement {
  const usable = choices.filter(({ possible }) => possible);
  const stop = usable.find(({ chosen }) => chosen) ?? usable[0];
  const buttons = choices.map((choice) => {
    const { chosen, possible } = choice;
    const button = element('div', 'choice', {
      role: 'radio',
      text: choice.label,
      attributes: { 'aria-checked': String(chosen), tabindex: choice === stop ? '0' : '-1' },
    });
    if (!possible) button.setAttribute('aria-disabled', 'true');
    button.addEventListener('click', () => {
      if (possible) change(id, choice.change);
    });
    return button;
  });
  const group = element('div', 'choices', { role: 'radiogroup', label }, ...buttons);
  group.addEventListener('keydown', (event) => {
    const at = usable.findIndex(({ chosen }) => chosen);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const end = { Home: 0, End: usable.length - 1 }[event.key];
    if (step === undefined && end === undefined && event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    const to = end ?? (at + (step ?? 0) + usable.length) % usable.length;
    const next = usable[to];
    if (next) change(id, next.change);
  });
  const line = element('div', 'line', {}, element('span', 'title', { text: label }), group);
  line.dataset['row'] = id;
  return line;
}

function check(id: 'colourByClass' | 'dimZeros', label: string, on: boolean, change: Change): HTMLElement {
  const box = element(
    'div',
    'check',
    { role: 'checkbox', attributes: { 'aria-checked': String(on), tabindex: '0' } },
    icon(on ? 'check' : 'blank'),
    element('span', '', { text: label }),
  );
  const toggle = (): void => {
    change(id, { [id]: !on });
  };
  box.addEventListener('click', toggle);
  box.addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    toggle();
  });
  const holder = element('span', '', {}, box);
  holder.dataset['row'] = id;
  return holder;
}
