import { element } from '../element';

/** A field of a layer, in pixels from where the first visible row begins. */
export interface Field {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Makes the children of a layer these fields and no others, reusing what is there; `dress` says how each looks. */
export function placeFields<Placed extends Field>(
  layer: HTMLElement,
  fields: readonly Placed[],
  dress?: (child: HTMLElement, field: Placed) => void,
): void {
  while (layer.childElementCount > fields.length) layer.lastChild?.remove();
  fields.forEach((field, index) => {
    const child = (layer.children[index] ?? layer.appendChild(element('i', ''))) as HTMLElement;
    child.style.transform = `translate(${String(field.x)}px, ${String(field.y)}px)`;
    child.style.width = `${String(field.width)}px`;
    child.style.height = `${String(field.height)}px`;
    dress?.(child, field);
  });
}
