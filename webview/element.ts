/** What an element has besides its class; `on` are listeners. */
interface Shape {
  readonly role?: string;
  readonly title?: string;
  readonly text?: string;
  readonly label?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A new element of class `className`. Text is set as text: nothing that is shown can become markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  shape: Shape = {},
  ...children: readonly Node[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (shape.role !== undefined) made.setAttribute('role', shape.role);
  if (shape.title !== undefined) made.title = shape.title;
  if (shape.label !== undefined) made.setAttribute('aria-label', shape.label);
  for (const [name, value] of Object.entries(shape.attributes ?? {})) made.setAttribute(name, value);
  if (shape.text !== undefined) made.textContent = shape.text;
  made.append(...children);
  return made;
}

/** A codicon; it says nothing to a screen reader. */
export function icon(name: string): HTMLElement {
  return element('span', `codicon codicon-${name}`, { attributes: { 'aria-hidden': 'true' } });
}

/** Sets the text of `target` if it is another one: an untouched node costs no layout. Whether it was. */
export function setText(target: Element, text: string): boolean {
  const isOther = target.textContent !== text;
  if (isOther) target.textContent = text;
  return isOther;
}

/** Sets or takes away an attribute if that changes something: even the same value again costs a style pass. */
export function setAttribute(target: Element, name: string, value: string | null): void {
  if (target.getAttribute(name) === value) return;
  if (value === null) target.removeAttribute(name);
  else target.setAttribute(name, value);
}

/** Hides or shows; the style sheet hides whatever has the attribute. */
export function setHidden(target: Element, hidden: boolean): void {
  setAttribute(target, 'hidden', hidden ? '' : null);
}

/** Gives or takes a class if that changes something. */
export function setClass(target: Element, name: string, has: boolean): void {
  if (target.classList.contains(name) !== has) target.classList.toggle(name, has);
}
