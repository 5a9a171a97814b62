import type { LockAddress, LockLook, LockPeek, Native } from '../native';

/** Looks at a semaphore, through what it keeps open from one look to the next. */
export class SemaphoreLook {
  #address: LockAddress | null = null;
  #look: LockLook | null = null;

  constructor(private readonly native: Pick<Native, 'LockLook'>) {}

  /** As of LockLook; cheap as long as it is given the very same address. */
  peek(address: LockAddress): LockPeek {
    if (this.#look === null || address !== this.#address) {
      this.close();
      this.#look = new this.native.LockLook(address);
      this.#address = address;
    }
    return this.#look.peek();
  }

  /** Keeps nothing open; the next look opens it again. */
  close(): void {
    this.#look?.close();
    this.#look = null;
  }
}
