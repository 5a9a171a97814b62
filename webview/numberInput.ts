import { formatNumber, parseNumber } from '../extension/shared/numbers';
import { cell } from './grid';
import { element, icon, setAttribute, setHidden } from './element';
import { moveTo } from './selection';
import { hex, text } from './texts';
import { refusal } from './typing';
import type { ViewContext } from './viewContext';

/** What a key press in the main column begins when numbers are shown there: the text to start with; null: nothing. */
export function startOfNumber({ store }: ViewContext, event: KeyboardEvent): string | null {
  const { format } = store.reading;
  if (format === 'hex' || store.selection.column !== 'hex') return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (event.key === 'Enter' || event.key === 'F2') return '';
  return /^[\d+\-.]$/.test(event.key) || (format === 'float' && /^[in]$/i.test(event.key)) ? event.key : null;
}

/**
 * Lets the user write the number at the cursor anew, in its place. It is written over the bytes that were on screen
 * when it was opened, all or none; what is no number of that kind is told beside the field and nothing is written.
 */
export function openNumber(view: ViewContext, start: string): void {
  const { store, edits, grid } = view;
  const geometry = grid.geometry();
  const shape = store.reading;
  const { group } = shape;
  const offset = store.selection.cursor - ((store.selection.cursor % geometry.bytesPerRow) % group);
  const refused = refusal(store);
  const seen = Array.from({ length: group }, (_, index) => edits.shown(offset + index));
  const expected = Uint8Array.from(seen.map((value) => value ?? 0));
  if (refused !== null || seen.includes(undefined) || offset + group > store.size) {
    view.say(refused ?? text(offset + group > store.size ? 'number.cut' : 'edit.unread'), true);
    return;
  }
  view.select(moveTo(store.selection, offset, false));
  const input = element('input', '', {
    label: text('number.label', text(`layout.format.${shape.format}`), hex(offset)),
    attributes: {
      type: 'text',
      spellcheck: 'false',
      autocomplete: 'off',
      'aria-describedby': 'number-problem',
    },
  });
  const problem = element('div', 'problem', { role: 'alert', attributes: { id: 'number-problem' } });
  const box = element('div', 'number-input', {}, input, problem);
  setHidden(problem, true);
  input.value = start === '' ? formatNumber(expected, 0, shape) : start;
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    const focused = document.activeElement === input;
    box.remove();
    if (focused) grid.focus();
  };
  input.addEventListener('keydown', (event) => {
    event.stopPropagation();
    if (event.key === 'Escape') close();
    else if (event.key !== 'Enter') return;
    else {
      const parsed = parseNumber(input.value, shape);
      if ('bytes' in parsed) {
        close();
        edits.write(offset, parsed.bytes, expected);
        view.select(moveTo(store.selection, Math.min(store.size - 1, offset + group), false));
      } else {
        const said =
          parsed.problem === 'out-of-range'
            ? text('number.outOfRange', parsed.minimum, parsed.maximum)
            : text(shape.format === 'float' ? 'number.notAFloat' : 'number.notANumber');
        problem.replaceChildren(icon('error'), element('span', '', { text: said }));
        setHidden(problem, false);
        setAttribute(input, 'aria-invalid', 'true');
      }
    }
    event.preventDefault();
  });
  input.addEventListener('input', () => {
    setHidden(problem, true);
    setAttribute(input, 'aria-invalid', null);
  });
  input.addEventListener('blur', close);
  // What it is placed in: between it and the grid may be elements without a box of their own.
  const stage = grid.element.closest('main') ?? document.body;
  stage.append(box);
  const { width } = cell(geometry, 'hex', offset % geometry.bytesPerRow);
  const home = stage.getBoundingClientRect();
  const frame = grid.cursorBox();
  const wide = Math.max(Math.ceil(width) + 12, 96);
  box.style.width = `${String(wide)}px`;
  box.style.left = `${String(Math.max(0, Math.min(frame.left - home.left, home.width - wide - 4)))}px`;
  box.style.top = `${String(Math.max(0, frame.top - home.top - 1))}px`;
  input.style.height = `${String(Math.ceil(frame.height) + 2)}px`;
  input.focus();
  if (start === '') input.select();
}
