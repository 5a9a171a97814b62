/** A part of the side pane, below a header that folds it. */
export interface Section {
  /** What its being folded is remembered by. */
  readonly id: string;
  /** Localised. */
  readonly title: string;
  readonly element: HTMLElement;
  /** Stands at the right of the header: facts and buttons. */
  readonly actions?: HTMLElement;
  /** True: there is nothing to show, so that neither it nor its header is on the page. */
  readonly isAbsent?: boolean;
  /** Takes the keyboard focus, where it has something to focus. */
  focus(): void;
  /** Brings it up to date; called with every picture of the view while it is to be seen. */
  paint?(now: number): void;
}
