import { copyAs, copyFormNames, copyForms, mostCopied, type CopyForm } from '../extension/shared/copyAs';
import { openMenu } from './menu';
import { readBytes } from './reading';
import { selectedRange } from './selection';
import { grouped, text } from './texts';
import type { ViewContext } from './viewContext';

/** Copies the selected bytes, or the one at the cursor, also what is off screen; says what was copied. */
export async function copy(view: ViewContext, form: CopyForm): Promise<void> {
  const { start, length } = selectedRange(view.store.selection);
  const wanted = Math.max(1, length);
  if (wanted > mostCopied) {
    view.say(text('copy.tooLong', grouped(mostCopied)), true);
    return;
  }
  try {
    const bytes = await readBytes(view, start, wanted);
    if (bytes.length !== wanted) {
      view.say(text('copy.unread'), true);
      return;
    }
    await view.host.copy({ text: copyAs(bytes, form, start, (some) => view.decode(some)) });
    view.say(text('copy.done', grouped(wanted)));
  } catch (error) {
    view.say(error instanceof Error ? error.message : String(error), true);
  }
}

/** Offers every form in which bytes can be copied. */
export function openCopyAs(view: ViewContext): void {
  const box = view.grid.cursorBox();
  openMenu(
    view.grid.element,
    text('menu.copyAs'),
    copyForms.map((form) => ({
      label: copyFormName(form),
      run: () => {
        view.grid.focus();
        void copy(view, form);
      },
    })),
    { x: box.left, y: box.bottom },
  );
}

function copyFormName(form: CopyForm): string {
  if (form === 'hex' || form === 'hexDump' || form === 'text') return text(`copyAs.${form}`);
  return copyFormNames[form];
}
