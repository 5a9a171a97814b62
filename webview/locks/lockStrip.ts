import { lockMarks } from '../../extension/shared/lockReport';
import { stripSeconds, stripWaiter } from '../../extension/shared/lockRow';
import { setAttribute } from '../element';
import { text } from '../texts';

const namespace = 'http://www.w3.org/2000/svg';

/** What a second can show: from top to bottom, in pixels. Told apart by shape, not by colour. */
const shapes = {
  waited: [[0, 2]],
  held: [[4, 14]],
  partly: [[9, 14]],
  free: [[13, 14]],
  wrong: [
    [4, 8],
    [10, 14],
  ],
} as const;
type Shape = keyof typeof shapes;
const names = Object.keys(shapes) as Shape[];

/** The last minute of a lock as a line of blocks; a screen reader hears how long it was what. */
export class LockStrip {
  readonly #paths = new Map(names.map((name) => [name, made('path')]));
  readonly #title = made('title');
  readonly element = made('svg');
  #shown = '';

  constructor() {
    const { element } = this;
    setAttribute(element, 'class', 'strip');
    setAttribute(element, 'role', 'img');
    setAttribute(element, 'viewBox', `0 0 ${String(stripSeconds)} 14`);
    setAttribute(element, 'preserveAspectRatio', 'none');
    element.append(this.#title);
    for (const [name, path] of this.#paths) {
      setAttribute(path, 'class', name);
      element.append(path);
    }
  }

  show(strip: readonly number[]): void {
    const shown = strip.join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    const seconds = strip.map(shapesOf);
    for (const [name, path] of this.#paths) setAttribute(path, 'd', outline(name, seconds));
    const count = (...wanted: readonly Shape[]): number =>
      seconds.filter((found) => wanted.some((name) => found.includes(name))).length;
    const looked = seconds.filter((found) => found.length > 0).length;
    const words = text('locks.strip', looked, count('held', 'partly'), count('waited'), count('wrong'));
    setAttribute(this.element, 'aria-label', words);
    this.#title.textContent = `${words}\n${text('locks.strip.tip')}`;
  }
}

function shapesOf(second: number): readonly Shape[] {
  const isHeld = (second & lockMarks.held) !== 0;
  const isFree = (second & lockMarks.free) !== 0;
  const isWrong = (second & lockMarks.trouble) !== 0;
  return [
    ...(second >= stripWaiter ? (['waited'] as const) : []),
    ...(isWrong ? (['wrong'] as const) : isHeld ? ([isFree ? 'partly' : 'held'] as const) : []),
    ...(isFree && !isHeld && !isWrong ? (['free'] as const) : []),
  ];
}

/** The newest second is at the right. */
function outline(name: Shape, seconds: readonly (readonly Shape[])[]): string {
  const first = stripSeconds - seconds.length;
  return seconds
    .flatMap((found, index) =>
      found.includes(name)
        ? shapes[name].map(
            ([top, bottom]) => `M${String(first + index)} ${String(top)}h1V${String(bottom)}h-1z`,
          )
        : [],
    )
    .join('');
}

function made<Name extends keyof SVGElementTagNameMap>(name: Name): SVGElementTagNameMap[Name] {
  return document.createElementNS(namespace, name);
}
