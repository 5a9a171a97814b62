import type { Action, Description } from '../extension/shared/protocol';
import { keyText, runCommand, setPace } from './commands';
import { actionItem, gestureItem } from './contextMenu';
import { element, icon, setAttribute, setText } from './element';
import { openMenu } from './menu';
import { text } from './texts';
import type { ViewContext } from './viewContext';

/** Looks per second that the menu offers. */
export const rates: readonly number[] = [1, 2, 5, 10, 15, 30, 60];

/** One line of tools: how the segment is looked at on the left, what is done to it on the right. */
export class Toolbar {
  readonly element = element('div', 'toolbar', { role: 'toolbar', label: text('tool.label') });
  readonly #pause = tool('debug-pause', '', '');
  readonly #rate = tool('', '', text('tool.rate.tip'));
  readonly #copy = tool('unlock', '', '');
  readonly #lock = tool('key', '', '');
  readonly #attach = tool('plug', '', '');
  readonly #layout = tool('layout', text('tool.layout'), text('tool.layout.tip'));
  readonly #goTo = tool('target', text('tool.goTo'), text('tool.goTo.tip'));
  readonly #find = tool('search', text('tool.find'), text('tool.find.tip', keyText('find')));
  readonly #write = tool('edit', text('tool.write'), text('tool.write.tip'));
  readonly #side = tool('layout-sidebar-right', '', text('tool.side.tip'));
  readonly #more = tool('ellipsis', '', text('tool.more'));

  constructor(private readonly view: ViewContext) {
    this.#rate.classList.add('dropdown');
    this.#layout.id = 'layout-tool';
    setAttribute(this.#layout, 'aria-haspopup', 'dialog');
    setAttribute(this.#layout, 'aria-expanded', 'false');
    for (const button of [this.#rate, this.#copy, this.#more]) {
      setAttribute(button, 'aria-haspopup', 'menu');
      setAttribute(button, 'aria-expanded', 'false');
    }
    this.element.append(
      this.#pause,
      this.#rate,
      this.#copy,
      element('span', 'divider'),
      this.#lock,
      this.#attach,
      element('span', 'spring'),
      this.#layout,
      this.#goTo,
      this.#find,
      this.#write,
      this.#side,
      this.#more,
    );
    this.#wire();
    this.#rove();
  }

  show(description: Description): void {
    const { lock, pace } = this.view.store;
    const live = description.presence === 'live';
    label(
      this.#pause,
      pace.paused ? 'debug-start' : 'debug-pause',
      text(pace.paused ? 'tool.resume' : 'tool.pause'),
      text(pace.paused ? 'tool.resume.tip' : 'tool.pause.tip'),
    );
    label(this.#rate, 'chevron-down', text('tool.rate', pace.hertz), text('tool.rate.tip'));
    const copying = pace.underLock ? 'copying.locked' : 'copying.unlocked';
    label(this.#copy, pace.underLock ? 'lock' : 'unlock', text(copying), text(`${copying}.tip`));
    enable(this.#copy, pace.underLock || (live && lock.kind !== 'none'));
    const ours = lock.state === 'ours';
    label(
      this.#lock,
      'key',
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
    setAttribute(this.#side, 'aria-pressed', String(this.view.side.open));
    enable(this.#lock, live || ours);
    enable(this.#attach, live || attached);
    enable(this.#goTo, live);
    enable(this.#find, live);
    enable(this.#write, live);
  }

  #wire(): void {
    const { view } = this;
    const { store } = view;
    const on = (button: HTMLElement, click: () => void): void => {
      button.addEventListener('click', click);
    };
    const act = (action: Action): void => {
      view.ask(view.host.act({ action }));
    };
    on(this.#pause, () => {
      runCommand(view, 'togglePause');
    });
    on(this.#rate, () => {
      this.#openRates();
    });
    on(this.#copy, () => {
      this.#openCopying();
    });
    on(this.#lock, () => {
      act(store.lock.state === 'ours' ? 'unlock' : 'lock');
    });
    on(this.#attach, () => {
      act(store.description?.access === 'attach' ? 'detach' : 'attach');
    });
    on(this.#layout, () => {
      runCommand(view, 'changeLayout');
    });
    on(this.#goTo, () => {
      runCommand(view, 'goToQuick');
    });
    on(this.#find, () => {
      runCommand(view, 'find');
    });
    on(this.#write, () => {
      act('write');
    });
    on(this.#side, () => {
      runCommand(view, 'toggleSide');
    });
    on(this.#more, () => {
      this.#openMore();
    });
  }

  #openRates(): void {
    const now = this.view.store.pace;
    const offered = rates.includes(now.hertz) ? rates : [...rates, now.hertz].sort((a, b) => a - b);
    openMenu(
      this.#rate,
      text('tool.rate.tip'),
      offered.map((hertz) => ({
        label: text('tool.rate', hertz),
        checked: hertz === now.hertz,
        run: () => {
          setPace(this.view, { ...now, hertz });
        },
      })),
    );
  }

  #openCopying(): void {
    const now = this.view.store.pace;
    openMenu(
      this.#copy,
      text('copying.label'),
      [false, true].map((underLock) => ({
        label: text(underLock ? 'copying.locked' : 'copying.unlocked'),
        checked: now.underLock === underLock,
        run: () => {
          setPace(this.view, { ...now, underLock });
        },
      })),
    );
  }

  #openMore(): void {
    const { view } = this;
    const { live, place } = view.store;
    openMenu(this.#more, text('tool.more'), [
      gestureItem(view, 'undo'),
      gestureItem(view, 'redo'),
      null,
      gestureItem(view, 'goBack'),
      gestureItem(view, 'goForward'),
      gestureItem(view, 'nextChange'),
      gestureItem(view, 'previousChange'),
      gestureItem(view, 'find'),
      gestureItem(view, 'nextHit'),
      gestureItem(view, 'previousHit'),
      gestureItem(view, 'goToBookmark'),
      gestureItem(view, 'markNow'),
      gestureItem(view, 'toggleMinimap'),
      null,
      gestureItem(view, 'selectAll'),
      gestureItem(view, 'copyHex'),
      gestureItem(view, 'copyText'),
      actionItem(view, 'copyKey', 'menu.copyKey'),
      null,
      actionItem(view, 'compareWith', 'menu.compareWith', live),
      actionItem(view, 'rememberMoment', 'menu.rememberMoment', live),
      actionItem(view, 'changesSinceStop', 'menu.changesSinceStop', live),
      ...(view.compare.compared === null
        ? []
        : [
            gestureItem(view, 'nextDifference'),
            gestureItem(view, 'previousDifference'),
            gestureItem(view, 'stopComparing'),
          ]),
      null,
      actionItem(view, 'writeFile', 'menu.writeFile', live),
      actionItem(view, 'save', 'menu.save', live),
      actionItem(view, 'recreate', 'menu.recreate', live),
      actionItem(view, 'remove', 'menu.remove', live),
      null,
      ...(place === 'panel' ? [actionItem(view, 'openInEditor', 'menu.openInEditor')] : []),
      actionItem(view, 'reopen', 'menu.reopen'),
      actionItem(view, 'showLog', 'menu.showLog'),
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
