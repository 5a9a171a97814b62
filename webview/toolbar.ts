import type { Action, Pace } from '../extension/shared/protocol';
import type { LockStatus } from '../extension/shared/lock';
import type { Description } from '../extension/shared/protocol';
import { element, icon, setAttribute, setText } from './element';
import { control, openMenu } from './menu';
import { text } from './texts';

/** What the tools can do; the view carries it out. */
export interface ToolActions {
  readonly act: (action: Action) => void;
  readonly pace: (pace: Pace) => void;
  readonly undo: () => void;
  readonly redo: () => void;
  readonly copy: (column: 'hex' | 'text') => void;
  readonly selectAll: () => void;
}

/** What the tools show. */
export interface ToolState {
  readonly description: Description;
  readonly lock: LockStatus;
  readonly pace: Pace;
  readonly place: 'editor' | 'panel';
  readonly selected: boolean;
}

/** Looks per second that the menu offers. */
export const rates: readonly number[] = [1, 2, 5, 10, 15, 30, 60];

/** One line of tools: how the segment is looked at on the left, what is done to it on the right. */
export class Toolbar {
  readonly element = element('div', 'toolbar', { role: 'toolbar', label: text('tool.label') });
  readonly #pause = tool('debug-pause', '', '');
  readonly #rate = tool('', '', text('tool.rate.tip'));
  readonly #lock = tool('lock', '', '');
  readonly #attach = tool('plug', '', '');
  readonly #goTo = tool('target', text('tool.goTo'), text('tool.goTo.tip'));
  readonly #write = tool('edit', text('tool.write'), text('tool.write.tip'));
  readonly #more = tool('ellipsis', '', text('tool.more'));
  #state: ToolState | null = null;

  constructor(private readonly actions: ToolActions) {
    this.#rate.classList.add('dropdown');
    for (const button of [this.#rate, this.#more]) {
      setAttribute(button, 'aria-haspopup', 'menu');
      setAttribute(button, 'aria-expanded', 'false');
    }
    this.element.append(
      this.#pause,
      this.#rate,
      element('span', 'divider'),
      this.#lock,
      this.#attach,
      element('span', 'spring'),
      this.#goTo,
      this.#write,
      this.#more,
    );
    this.#wire();
    this.#rove();
  }

  show(state: ToolState): void {
    this.#state = state;
    const { description, lock, pace } = state;
    const live = description.presence === 'live';
    label(
      this.#pause,
      pace.paused ? 'debug-start' : 'debug-pause',
      text(pace.paused ? 'tool.resume' : 'tool.pause'),
      text(pace.paused ? 'tool.resume.tip' : 'tool.pause.tip'),
    );
    label(this.#rate, 'chevron-down', text('tool.rate', pace.hertz), text('tool.rate.tip'));
    const ours = lock.state === 'ours';
    label(
      this.#lock,
      ours ? 'unlock' : 'lock',
      text(ours ? 'tool.unlock' : 'tool.lock'),
      text(ours ? 'tool.unlock.tip' : 'tool.lock.tip'),
    );
    const attached = description.access === 'attach';
    label(
      this.#attach,
      attached ? 'debug-disconnect' : 'plug',
      text(attached ? 'tool.detach' : 'tool.attach'),
      text(attached ? 'tool.detach.tip' : 'tool.attach.tip'),
    );
    enable(this.#lock, live || ours);
    enable(this.#attach, live || attached);
    enable(this.#goTo, live);
    enable(this.#write, live);
  }

  #wire(): void {
    const { act, pace } = this.actions;
    this.#pause.addEventListener('click', () => {
      const now = this.#state?.pace;
      if (now) pace({ ...now, paused: !now.paused });
    });
    this.#rate.addEventListener('click', () => {
      this.#openRates();
    });
    this.#lock.addEventListener('click', () => {
      act(this.#state?.lock.state === 'ours' ? 'unlock' : 'lock');
    });
    this.#attach.addEventListener('click', () => {
      act(this.#state?.description.access === 'attach' ? 'detach' : 'attach');
    });
    this.#goTo.addEventListener('click', () => {
      act('goTo');
    });
    this.#write.addEventListener('click', () => {
      act('write');
    });
    this.#more.addEventListener('click', () => {
      this.#openMore();
    });
  }

  #openRates(): void {
    const now = this.#state?.pace;
    if (!now) return;
    const offered = rates.includes(now.hertz) ? rates : [...rates, now.hertz].sort((a, b) => a - b);
    openMenu(
      this.#rate,
      text('tool.rate.tip'),
      offered.map((hertz) => ({
        label: text('tool.rate', hertz),
        checked: hertz === now.hertz,
        run: () => {
          this.actions.pace({ ...now, hertz });
        },
      })),
    );
  }

  #openMore(): void {
    const state = this.#state;
    if (!state) return;
    const { description } = state;
    const live = description.presence === 'live';
    const { actions } = this;
    const act = (action: Action, key: Parameters<typeof text>[0], enabled = true): MenuLine => ({
      label: text(key),
      enabled,
      run: () => {
        actions.act(action);
      },
    });
    openMenu(this.#more, text('tool.more'), [
      { label: text('menu.undo'), key: control('Z'), enabled: description.canUndo, run: actions.undo },
      { label: text('menu.redo'), key: control('Y'), enabled: description.canRedo, run: actions.redo },
      null,
      { label: text('menu.selectAll'), key: control('A'), run: actions.selectAll },
      {
        label: text('menu.copyHex'),
        enabled: state.selected,
        run: () => {
          actions.copy('hex');
        },
      },
      {
        label: text('menu.copyText'),
        enabled: state.selected,
        run: () => {
          actions.copy('text');
        },
      },
      act('copyKey', 'menu.copyKey'),
      null,
      act('writeFile', 'menu.writeFile', live),
      act('save', 'menu.save', live),
      act('recreate', 'menu.recreate', live),
      act('remove', 'menu.remove', live),
      null,
      ...(state.place === 'panel' ? [act('openInEditor', 'menu.openInEditor')] : []),
      act('reopen', 'menu.reopen'),
      act('showLog', 'menu.showLog'),
    ]);
  }

  /** One tab stop for the whole line; arrows go from tool to tool (WAI-ARIA toolbar). */
  #rove(): void {
    const buttons = [...this.element.querySelectorAll('button')];
    buttons.forEach((button, index) => {
      button.tabIndex = index === 0 ? 0 : -1;
    });
    this.element.addEventListener('keydown', (event) => {
      const usable = buttons.filter((button) => !button.hidden);
      const at = usable.indexOf(document.activeElement as HTMLButtonElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: usable.length - 1 }[event.key];
      if (to === undefined || at < 0) return;
      event.preventDefault();
      usable.at(to >= usable.length ? 0 : to)?.focus();
    });
    this.element.addEventListener('focusin', (event) => {
      for (const button of buttons) button.tabIndex = button === event.target ? 0 : -1;
    });
  }
}

type MenuLine = NonNullable<Parameters<typeof openMenu>[2][number]>;

function tool(iconName: string, words: string, tip: string): HTMLButtonElement {
  const button = element('button', 'tool', { attributes: { type: 'button' } });
  button.append(icon(iconName === '' ? 'blank' : iconName), element('span', 'words'));
  label(button, iconName, words, tip);
  return button;
}

function label(button: HTMLButtonElement, iconName: string, words: string, tip: string): void {
  const [picture, caption] = button.children;
  if (picture && iconName !== '') setAttribute(picture, 'class', `codicon codicon-${iconName}`);
  if (caption) setText(caption, words);
  setAttribute(button, 'title', tip);
  setAttribute(button, 'aria-label', words === '' ? tip : words);
}

/** A tool that cannot be used stays focusable and says so (WAI-ARIA toolbar). */
function enable(button: HTMLButtonElement, enabled: boolean): void {
  button.disabled = !enabled;
}
