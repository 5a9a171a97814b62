import type { ColumnName } from './columns/column';
import type { Move } from './selection';

/** What a key means to the grid. */
export type Intent =
  | { readonly kind: 'move'; readonly move: Move; readonly extend: boolean }
  | { readonly kind: 'scroll'; readonly rows: number }
  | { readonly kind: 'switchColumn' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'back' }
  | { readonly kind: 'refuse' }
  | { readonly kind: 'digit'; readonly value: number }
  | { readonly kind: 'notDigit' }
  | { readonly kind: 'type'; readonly text: string };

/** The parts of a KeyboardEvent that matter. */
export interface Key {
  readonly key: string;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  /** AltGr writes characters though it also counts as Ctrl+Alt. */
  readonly altGraph: boolean;
}

const moves: Readonly<Record<string, Move>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'pageUp',
  PageDown: 'pageDown',
  Home: 'rowStart',
  End: 'rowEnd',
};

/** What a key means while `column` has the cursor; null: not ours, the workbench may have it. */
export function intentOf(key: Key, column: ColumnName): Intent | null {
  const control = key.ctrl && !key.altGraph;
  const option = key.alt && !key.altGraph;
  if (option) return null;
  if (control) return withControl(key);
  const move = moves[key.key];
  if (move !== undefined) return { kind: 'move', move, extend: key.shift };
  switch (key.key) {
    case 'Tab':
      return key.shift === (column === 'text') ? { kind: 'switchColumn' } : null;
    case 'Escape':
      return { kind: 'cancel' };
    case 'Backspace':
      return { kind: 'back' };
    case 'Delete':
    case 'Insert':
      return { kind: 'refuse' };
    default:
      return typed(key.key, column);
  }
}

function typed(key: string, column: ColumnName): Intent | null {
  if (Array.from(key).length !== 1) return null;
  if (column === 'text') return { kind: 'type', text: key };
  if (/^[0-9a-f]$/i.test(key)) return { kind: 'digit', value: parseInt(key, 16) };
  return { kind: 'notDigit' };
}

function withControl(key: Key): Intent | null {
  switch (key.key) {
    case 'Home':
      return { kind: 'move', move: 'start', extend: key.shift };
    case 'End':
      return { kind: 'move', move: 'end', extend: key.shift };
    case 'ArrowUp':
      return { kind: 'scroll', rows: -1 };
    case 'ArrowDown':
      return { kind: 'scroll', rows: 1 };
    case 'c':
    case 'C':
      return key.shift ? null : { kind: 'copy' };
    default:
      return null;
  }
}
