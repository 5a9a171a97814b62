import { chordPrefix, keysOf, type Gesture } from '../extension/shared/gestures';
import type { Pace } from '../extension/shared/protocol';
import type { StringKey } from '../extension/shared/strings';
import { openLayout } from './layoutPanel';
import { openEncodings, setReading, swapByteOrder } from './readings';
import { addBookmark } from './bookmarkForm';
import { openBookmarks } from './bookmarkSection';
import { copy, openCopyAs } from './copying';
import { addToNumber, fill, zeroOut } from './filling';
import { toggleFreeze } from './freezing';
import { followPointer, goBack, goForward, goToChange } from './jumping';
import { paste, pasteAs } from './pasting';
import { askOffset, askSelectBytes, askSelectTo } from './places';
import { text } from './texts';
import { refusal } from './typing';
import type { ViewContext } from './viewContext';

/** What a gesture is in the view: its words, its icon, when it can be used, and what it does. */
export interface ViewCommand {
  readonly label: StringKey;
  /** A codicon's name. */
  readonly icon?: string;
  /** Whether a menu offers it; default: while a segment is shown. */
  readonly enabled?: (view: ViewContext) => boolean;
  /** Only called while a segment is shown; says why where it cannot be done. */
  readonly run: (view: ViewContext) => void;
}

const hasBytes = ({ store }: ViewContext): boolean => store.extent > 0;
const canWrite = ({ store }: ViewContext): boolean => refusal(store) === null;

/** Every gesture. Keyboard, toolbar, context menu and palette all use this table. */
export const viewCommands: Readonly<Record<Gesture, ViewCommand>> = {
  undo: {
    label: 'menu.undo',
    icon: 'discard',
    enabled: (view) => canWrite(view) && view.store.description?.canUndo === true,
    run: ({ edits }) => {
      edits.undo();
    },
  },
  redo: {
    label: 'menu.redo',
    icon: 'redo',
    enabled: (view) => canWrite(view) && view.store.description?.canRedo === true,
    run: ({ edits }) => {
      edits.redo();
    },
  },
  selectAll: { label: 'menu.selectAll', enabled: hasBytes, run: selectAll },
  copyHex: {
    label: 'menu.copyHex',
    icon: 'copy',
    enabled: hasBytes,
    run: (view) => {
      void copy(view, 'hex');
    },
  },
  copyText: {
    label: 'menu.copyText',
    enabled: hasBytes,
    run: (view) => {
      void copy(view, 'text');
    },
  },
  changeLayout: {
    label: 'menu.changeLayout',
    icon: 'layout',
    run: (view) => {
      openLayout(view, document.getElementById('layout-tool') ?? view.grid.element);
    },
  },
  chooseEncoding: {
    label: 'menu.chooseEncoding',
    run: (view) => {
      openEncodings(view, document.getElementById('encoding-item') ?? view.grid.element);
    },
  },
  swapByteOrder: { label: 'menu.swapByteOrder', run: swapByteOrder },
  colorByClass: {
    label: 'menu.colorByClass',
    run: (view) => {
      setReading(view, { colourByClass: !view.store.reading.colourByClass });
    },
  },
  copyAs: { label: 'menu.copyAs', enabled: hasBytes, run: openCopyAs },
  goToQuick: { label: 'menu.goTo', icon: 'target', enabled: hasBytes, run: askOffset },
  goBack: { label: 'menu.goBack', icon: 'arrow-left', enabled: ({ jumps }) => jumps.canGoBack, run: goBack },
  goForward: {
    label: 'menu.goForward',
    icon: 'arrow-right',
    enabled: ({ jumps }) => jumps.canGoForward,
    run: goForward,
  },
  nextChange: {
    label: 'menu.nextChange',
    icon: 'arrow-down',
    enabled: hasBytes,
    run: (view) => {
      goToChange(view, 1);
    },
  },
  previousChange: {
    label: 'menu.previousChange',
    icon: 'arrow-up',
    enabled: hasBytes,
    run: (view) => {
      goToChange(view, -1);
    },
  },
  nextHit: {
    label: 'menu.nextHit',
    enabled: ({ find }) => find.canStep,
    run: ({ find }) => {
      find.step(1);
    },
  },
  previousHit: {
    label: 'menu.previousHit',
    enabled: ({ find }) => find.canStep,
    run: ({ find }) => {
      find.step(-1);
    },
  },
  followPointer: {
    label: 'menu.followPointer',
    enabled: hasBytes,
    run: (view) => {
      void followPointer(view);
    },
  },
  selectBytes: { label: 'menu.selectBytes', enabled: hasBytes, run: askSelectBytes },
  selectTo: { label: 'menu.selectTo', enabled: hasBytes, run: askSelectTo },
  paste: { label: 'menu.paste', enabled: canWrite, run: paste },
  pasteAs: { label: 'menu.pasteAs', enabled: canWrite, run: pasteAs },
  fill: { label: 'menu.fill', enabled: canWrite, run: fill },
  zeroOut: { label: 'menu.zeroOut', enabled: canWrite, run: zeroOut },
  increment: {
    label: 'menu.increment',
    enabled: canWrite,
    run: (view) => {
      addToNumber(view, 1);
    },
  },
  decrement: {
    label: 'menu.decrement',
    enabled: canWrite,
    run: (view) => {
      addToNumber(view, -1);
    },
  },
  freeze: { label: 'menu.freeze', icon: 'pinned', enabled: canWrite, run: toggleFreeze },
  addBookmark: { label: 'menu.addBookmark', icon: 'bookmark', enabled: hasBytes, run: addBookmark },
  goToBookmark: {
    label: 'menu.goToBookmark',
    enabled: ({ bookmarks }) => bookmarks.all.length > 0,
    run: openBookmarks,
  },
  nextDifference: {
    label: 'menu.nextDifference',
    icon: 'arrow-down',
    enabled: ({ compare }) => compare.compared !== null,
    run: ({ compare }) => void compare.go('next'),
  },
  previousDifference: {
    label: 'menu.previousDifference',
    icon: 'arrow-up',
    enabled: ({ compare }) => compare.compared !== null,
    run: ({ compare }) => void compare.go('previous'),
  },
  stopComparing: {
    label: 'menu.stopComparing',
    icon: 'close',
    enabled: ({ compare }) => compare.compared !== null,
    run: ({ compare }) => {
      compare.close();
    },
  },
  togglePause: {
    label: 'tool.pause',
    icon: 'debug-pause',
    run: (view) => {
      setPace(view, { ...view.store.pace, paused: !view.store.pace.paused });
    },
  },
  toggleUnderLock: {
    label: 'copying.locked',
    icon: 'lock',
    enabled: ({ store }) => store.live && store.lock.kind !== 'none',
    run: (view) => {
      const { lock, pace } = view.store;
      if (lock.kind === 'none' && !pace.underLock) view.say(text('copying.noLock'));
      else setPace(view, { ...pace, underLock: !pace.underLock });
    },
  },
  toggleSide: {
    label: 'tool.side',
    icon: 'layout-sidebar-right',
    run: ({ side }) => {
      side.toggle();
    },
  },
  find: {
    label: 'menu.find',
    icon: 'search',
    enabled: hasBytes,
    run: ({ findWidget }) => {
      findWidget.open();
    },
  },
  markNow: {
    label: 'menu.markNow',
    enabled: hasBytes,
    run: ({ find }) => {
      void find.markNow();
    },
  },
  toggleMinimap: {
    label: 'menu.toggleMinimap',
    run: ({ minimap }) => {
      minimap.toggle();
    },
  },
};

/** Whether a menu offers a gesture now. */
export function isEnabled(view: ViewContext, gesture: Gesture): boolean {
  if (view.store.description === null) return false;
  return viewCommands[gesture].enabled?.(view) ?? true;
}

/** Carries out a gesture, or says why it cannot be; nothing while no segment is shown. */
export function runCommand(view: ViewContext, gesture: Gesture): void {
  if (view.store.description !== null) viewCommands[gesture].run(view);
}

/** Looks in another way, here and in the host; as before where the host refuses. */
export function setPace(view: ViewContext, pace: Pace): void {
  const before = view.store.pace;
  view.store.pace = pace;
  view.memory.keepPace(pace.paused, pace.hertz);
  view.invalidate();
  const settled = (): void => {
    view.store.isPaused = view.store.pace.paused;
    view.invalidate();
  };
  view.ask(
    view.host.pace(pace).then(settled, (error: unknown) => {
      view.store.pace = before;
      settled();
      throw error;
    }),
  );
}

function selectAll(view: ViewContext): void {
  const { selection, extent } = view.store;
  if (extent === 0) return;
  view.selectInPlace({ ...selection, anchor: 0, cursor: extent - 1 });
}

/** The gesture that a key press means; null: none. AltGr types, though it also counts as Ctrl+Alt. */
export function gestureOf(event: KeyboardEvent): Gesture | null {
  if (event.defaultPrevented || event.getModifierState('AltGraph')) return null;
  return byStroke.get(strokeOf(event)) ?? null;
}

/** True where a key press is the first of two strokes, which the workbench carries out together. */
export function beginsChord(event: KeyboardEvent): boolean {
  return !event.getModifierState('AltGraph') && strokeOf(event) === normal(chordPrefix);
}

/** A key press as VS Code's keybindings write it: "ctrl+shift+z". */
function strokeOf(event: KeyboardEvent): string {
  const modifiers = [
    event.ctrlKey ? 'ctrl+' : '',
    event.shiftKey ? 'shift+' : '',
    event.altKey ? 'alt+' : '',
    event.metaKey ? 'cmd+' : '',
  ];
  return modifiers.join('') + (keyNames[event.key] ?? event.key.toLowerCase());
}

/** The key of a gesture as a menu shows it: "Ctrl+Shift+Z", "⇧⌘Z", "Ctrl+Alt+S X". */
export function keyText(gesture: Gesture): string {
  const [chord = ''] = keysOf(gesture, mac);
  return chord.split(' ').map(strokeText).join(' ');
}

/** A stroke that VS Code has of its own, as a menu shows it; `ctrl` is cmd on macOS. */
export function strokesText(stroke: string): string {
  return strokeText(mac ? stroke.replace('ctrl+', 'cmd+') : stroke);
}

function strokeText(stroke: string): string {
  const parts = stroke.split('+').map((part) => (mac ? macNames : plainNames)[part] ?? capital(part));
  return parts.join(mac ? '' : '+');
}

const mac = navigator.userAgent.includes('Mac');
const keyNames: Readonly<Record<string, string>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ' ': 'space',
};
const plainNames: Readonly<Record<string, string>> = { ctrl: 'Ctrl', shift: 'Shift', alt: 'Alt' };
const macNames: Readonly<Record<string, string>> = { cmd: '⌘', ctrl: '⌃', shift: '⇧', alt: '⌥' };
/** Of two strokes the workbench knows more than the view; it runs the command. */
const byStroke = new Map(
  (Object.keys(viewCommands) as Gesture[]).flatMap((gesture) =>
    keysOf(gesture, mac)
      .filter((key) => !key.includes(' '))
      .map((stroke) => [normal(stroke), gesture] as const),
  ),
);

/** Modifiers in the order in which strokeOf() writes them. */
function normal(stroke: string): string {
  const parts = stroke.split('+');
  const key = parts.pop() ?? '';
  return ['ctrl', 'shift', 'alt', 'cmd']
    .filter((modifier) => parts.includes(modifier))
    .concat(key)
    .join('+');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
