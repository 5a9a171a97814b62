import { keysOf, type Gesture } from '../extension/shared/gestures';
import type { Pace } from '../extension/shared/protocol';
import type { StringKey } from '../extension/shared/strings';
import type { ColumnName } from './columns/column';
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
      copy(view, 'hex');
    },
  },
  copyText: {
    label: 'menu.copyText',
    enabled: hasBytes,
    run: (view) => {
      copy(view, 'text');
    },
  },
  togglePause: {
    label: 'tool.pause',
    icon: 'debug-pause',
    run: (view) => {
      setPace(view, { ...view.store.pace, paused: !view.store.pace.paused });
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

/** Copies what is selected, as that column shows it, and says so. */
export function copy(view: ViewContext, column: ColumnName): void {
  void view.copying.copy(column).then((said) => {
    view.say(said);
  });
}

/** Looks at another rate or pauses, here and in the host. */
export function setPace(view: ViewContext, pace: Pace): void {
  view.store.pace = pace;
  view.memory.keepPace(pace.paused, pace.hertz);
  view.invalidate();
  view.ask(view.host.pace(pace));
}

function selectAll(view: ViewContext): void {
  const { selection, extent } = view.store;
  if (extent === 0) return;
  view.selectInPlace({ ...selection, anchor: 0, cursor: extent - 1 });
}

/** The gesture that a key press means; null: none. AltGr types, though it also counts as Ctrl+Alt. */
export function gestureOf(event: KeyboardEvent): Gesture | null {
  return event.getModifierState('AltGraph') ? null : (byChord.get(chordOf(event)) ?? null);
}

/** A key press as VS Code's keybindings write it: "ctrl+shift+z". */
function chordOf(event: KeyboardEvent): string {
  const modifiers = [
    event.ctrlKey ? 'ctrl+' : '',
    event.shiftKey ? 'shift+' : '',
    event.altKey ? 'alt+' : '',
    event.metaKey ? 'cmd+' : '',
  ];
  return modifiers.join('') + (chordNames[event.key] ?? event.key.toLowerCase());
}

/** The key of a gesture as a menu shows it: "Ctrl+Shift+Z", "⇧⌘Z"; '' where it has none. */
export function keyText(gesture: Gesture): string {
  const [chord = ''] = keysOf(gesture, mac);
  const parts = chord.split('+').map((part) => (mac ? macNames : plainNames)[part] ?? capital(part));
  return parts.join(mac ? '' : '+');
}

const mac = navigator.userAgent.includes('Mac');
const chordNames: Readonly<Record<string, string>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  ' ': 'space',
};
const plainNames: Readonly<Record<string, string>> = { ctrl: 'Ctrl', shift: 'Shift', alt: 'Alt' };
const macNames: Readonly<Record<string, string>> = { cmd: '⌘', ctrl: '⌃', shift: '⇧', alt: '⌥' };
const byChord = new Map(
  (Object.keys(viewCommands) as Gesture[]).flatMap((gesture) =>
    keysOf(gesture, mac).map((chord) => [normal(chord), gesture] as const),
  ),
);

/** Modifiers in the order in which chordOf() writes them. */
function normal(chord: string): string {
  const parts = chord.split('+');
  const key = parts.pop() ?? '';
  return ['ctrl', 'shift', 'alt', 'cmd']
    .filter((modifier) => parts.includes(modifier))
    .concat(key)
    .join('+');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
