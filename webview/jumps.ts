/** Places kept on each side. */
const most = 100;

/** Where the user has been: every jump leaves a way back, as in an editor. Offsets in bytes. */
export class Jumps {
  #behind: number[] = [];
  #ahead: number[] = [];

  get canGoBack(): boolean {
    return this.#behind.length > 0;
  }

  get canGoForward(): boolean {
    return this.#ahead.length > 0;
  }

  /** The user jumps from `from` to `to`. What was ahead is no longer. */
  jump(from: number, to: number): void {
    if (from === to) return;
    this.#behind = [
      ...this.#behind.filter((at, index, all) => index < all.length - 1 || at !== from),
      from,
    ].slice(-most);
    this.#ahead = [];
  }

  /** The place before the last jump; null where there is none. `from` is where the user is now. */
  back(from: number): number | null {
    return this.#turn(this.#behind, this.#ahead, from);
  }

  /** Takes back() back. */
  forward(from: number): number | null {
    return this.#turn(this.#ahead, this.#behind, from);
  }

  /** Another segment. */
  clear(): void {
    this.#behind = [];
    this.#ahead = [];
  }

  /** A place where the user is already is passed over. */
  #turn(source: number[], target: number[], from: number): number | null {
    for (let to = source.pop(); to !== undefined; to = source.pop()) {
      if (to === from) continue;
      target.push(from);
      return to;
    }
    return null;
  }
}
