/** The first of two strokes, on every system, of the commands that have no stroke of their own. */
export const chordPrefix = 'ctrl+alt+s';

/** The key of a gesture, in the notation of VS Code's keybindings. */
interface Keys {
  /** On Linux and Windows. */
  readonly key: string;
  /** On macOS, where it is another one than `key` with cmd for ctrl. */
  readonly mac?: string;
  /** A second key that does the same. */
  readonly also?: string;
}

/**
 * The commands that a live view carries out itself, and their keys: the one place for both. The view, the palette
 * (`segmentLens.<id>`) and the keybindings of package.json follow it; a test compares.
 */
export const gestures = {
  undo: { key: 'ctrl+z' },
  redo: { key: 'ctrl+y', mac: 'cmd+shift+z', also: 'ctrl+shift+z' },
  selectAll: { key: 'ctrl+a' },
  copyHex: { key: `${chordPrefix} x` },
  copyText: { key: `${chordPrefix} t` },
  changeLayout: { key: 'ctrl+alt+l' },
  chooseEncoding: { key: 'ctrl+alt+e' },
  swapByteOrder: { key: 'ctrl+alt+o' },
  colorByClass: { key: 'ctrl+alt+y' },
  togglePause: { key: 'ctrl+alt+p' },
  toggleUnderLock: { key: 'ctrl+alt+u' },
  toggleSide: { key: 'ctrl+alt+v' },
  goToQuick: { key: 'ctrl+g', mac: 'ctrl+g' },
  goBack: { key: 'alt+left', mac: 'ctrl+-' },
  goForward: { key: 'alt+right', mac: 'ctrl+shift+-' },
  nextChange: { key: 'alt+down' },
  previousChange: { key: 'alt+up' },
  nextHit: { key: 'f3' },
  previousHit: { key: 'shift+f3' },
  followPointer: { key: 'f12' },
  selectBytes: { key: 'ctrl+l' },
  selectTo: { key: 'ctrl+shift+l' },
  copyAs: { key: 'ctrl+shift+c' },
  paste: { key: 'ctrl+v' },
  pasteAs: { key: 'ctrl+shift+v' },
  fill: { key: 'ctrl+i' },
  zeroOut: { key: 'ctrl+delete' },
  increment: { key: 'alt+=' },
  decrement: { key: 'alt+-' },
  freeze: { key: 'ctrl+alt+f' },
  addBookmark: { key: 'ctrl+alt+b' },
  goToBookmark: { key: 'ctrl+shift+o' },
  find: { key: 'ctrl+f' },
  markNow: { key: 'ctrl+alt+k' },
  toggleMinimap: { key: 'ctrl+alt+m' },
  nextDifference: { key: 'alt+f5' },
  previousDifference: { key: 'shift+alt+f5' },
  stopComparing: { key: `${chordPrefix} q` },
} as const satisfies Readonly<Record<string, Keys>>;

export type Gesture = keyof typeof gestures;

export const gestureIds = Object.keys(gestures) as readonly Gesture[];

/** The keys of a gesture on this kind of system, first the one to show; two strokes have a space between. */
export function keysOf(gesture: Gesture, mac: boolean): readonly string[] {
  const { key, mac: other, also }: Keys = gestures[gesture];
  const all = mac ? [other ?? onMac(key), onMac(also ?? '')] : [key, also ?? ''];
  return [...new Set(all)].filter((one) => one !== '');
}

function onMac(key: string): string {
  return key.includes(' ') ? key : key.replace('ctrl+', 'cmd+');
}
