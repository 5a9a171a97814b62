import { pasted, type PasteForm } from '../extension/shared/pasted';
import { replyChecks } from '../extension/shared/checks';
import { openMenu } from './menu';
import { overwrite } from './overwriting';
import { problemText } from './problems';
import { selectedRange } from './selection';
import { text } from './texts';
import { refusal } from './typing';
import type { ViewContext } from './viewContext';

/** Writes what the clipboard holds from the cursor on: hex where the cursor is in that column, else text. */
export function paste(view: ViewContext): void {
  void pasteIn(view, view.store.selection.column === 'text' ? 'text' : 'hex');
}

/** Asks how to read what the clipboard holds. */
export function pasteAs(view: ViewContext): void {
  const forms: readonly PasteForm[] = ['hex', 'text', 'base64'];
  const box = view.grid.cursorBox();
  openMenu(
    view.grid.element,
    text('menu.pasteAs'),
    forms.map((form) => ({
      label: form === 'base64' ? 'Base64' : text(form === 'hex' ? 'paste.hex' : 'paste.text'),
      run: () => {
        view.grid.focus();
        void pasteIn(view, form);
      },
    })),
    { x: box.left, y: box.bottom },
  );
}

async function pasteIn(view: ViewContext, form: PasteForm): Promise<void> {
  const refused = refusal(view.store);
  if (refused !== null) {
    view.say(refused, true);
    return;
  }
  const offset = selectedRange(view.store.selection).start;
  try {
    const clipboard = replyChecks.clipboard(await view.host.clipboard());
    const found = pasted(clipboard.text, form, (plain) => view.encode(plain));
    if ('problem' in found) view.say(problemText(found.problem), true);
    else overwrite(view, { offset, bytes: found.bytes, verb: text('paste.verb'), advance: true });
  } catch (error) {
    view.say(error instanceof Error ? error.message : String(error), true);
  }
}
