import type { Gesture } from '../extension/shared/gestures';
import type { Action } from '../extension/shared/protocol';
import type { StringKey } from '../extension/shared/strings';
import { isEnabled, keyText, runCommand, strokesText, viewCommands } from './commands';
import { copy } from './copying';
import { leadsInside } from './jumping';
import { openMenu, type MenuItem } from './menu';
import { selectedRange } from './selection';
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

/**
 * What can be done with the bytes that are selected, or with the one at the cursor: no more than makes sense for them.
 * Everything else has a key and is in the palette.
 */
export function openContextMenu(view: ViewContext, at: { readonly x: number; readonly y: number }): void {
  openMenu(view.grid.element, text('grid.menu'), grouped(menuGroups(view)), at);
}

function menuGroups(view: ViewContext): readonly (readonly (MenuItem | false)[])[] {
  const { store } = view;
  const { length } = selectedRange(store.selection);
  const isWritable = isEnabled(view, 'paste');
  const gesture = (id: Gesture): MenuItem => gestureItem(view, id);
  const copyItem: MenuItem = {
    label: text('menu.copy'),
    key: strokesText('ctrl+c'),
    enabled: isEnabled(view, 'copyHex'),
    run: () => {
      void copy(view, store.selection.column);
    },
  };
  return [
    [copyItem, gesture('copyAs'), isWritable && gesture('paste'), isWritable && gesture('pasteAs')],
    [
      isWritable && length > 0 ? gesture('fill') : store.live && actionItem(view, 'write', 'tool.write'),
      isWritable && gesture('freeze'),
    ],
    [
      leadsInside(view) && gesture('followPointer'),
      gesture('addBookmark'),
      store.live && actionItem(view, 'breakOnChange', 'menu.breakOnChange'),
      store.live && actionItem(view, 'copyAddress', 'menu.copyAddress'),
      store.live && actionItem(view, 'showInMemoryView', 'menu.showInMemoryView'),
      length > 0
        ? store.live && actionItem(view, 'saveSelection', 'menu.saveSelection')
        : gesture('selectBytes'),
    ],
  ];
}

/** With a line between groups that have something. */
function grouped(groups: readonly (readonly (MenuItem | false)[])[]): readonly (MenuItem | null)[] {
  return groups
    .map((group) => group.filter((item) => item !== false))
    .filter((group) => group.length > 0)
    .flatMap((group, index) => (index === 0 ? group : [null, ...group]));
}
