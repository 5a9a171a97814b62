import type { Gesture } from '../extension/shared/gestures';
import type { Action } from '../extension/shared/protocol';
import type { StringKey } from '../extension/shared/strings';
import { isEnabled, keyText, runCommand, viewCommands } from './commands';
import { openMenu, type MenuItem } from './menu';
import { text } from './texts';
import type { ViewContext } from './viewContext';

/** A line of a menu that carries out a gesture of the view. */
export function gestureItem(view: ViewContext, gesture: Gesture): MenuItem {
  return {
    label: text(viewCommands[gesture].label),
    key: keyText(gesture),
    enabled: isEnabled(view, gesture),
    run: () => {
      runCommand(view, gesture);
    },
  };
}

/** A line of a menu that asks the host for something. */
export function actionItem(view: ViewContext, action: Action, label: StringKey, enabled = true): MenuItem {
  return {
    label: text(label),
    enabled,
    run: () => {
      view.ask(view.host.act({ action }));
    },
  };
}

/** What can be done with the bytes at the cursor. */
export function openContextMenu(view: ViewContext, at: { readonly x: number; readonly y: number }): void {
  const live = view.store.live;
  const gesture = (id: Gesture): MenuItem => gestureItem(view, id);
  openMenu(
    view.grid.element,
    text('tool.more'),
    [
      gesture('copyHex'),
      gesture('copyText'),
      gesture('copyAs'),
      gesture('paste'),
      gesture('pasteAs'),
      null,
      gesture('undo'),
      gesture('redo'),
      null,
      actionItem(view, 'write', 'tool.write', live),
      gesture('fill'),
      gesture('zeroOut'),
      gesture('increment'),
      gesture('decrement'),
      gesture('freeze'),
      null,
      gesture('selectAll'),
      gesture('selectBytes'),
      gesture('selectTo'),
      actionItem(view, 'saveSelection', 'menu.saveSelection', live),
      null,
      gesture('find'),
      gesture('goToQuick'),
      gesture('followPointer'),
      gesture('addBookmark'),
      gesture('goToBookmark'),
    ],
    at,
  );
}
