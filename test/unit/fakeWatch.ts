import type { Native, Watch, WatchRequest } from './face';

/** The addon's watch with a timer in place of the thread, by calls of the fake's own functions, which it counts. */
export class FakeWatch implements Watch {
  rate = 0;
  #offset: number;
  #length: number;
  #period: number;
  #seen = new Uint8Array(0);
  #around = '';
  #failure: unknown = null;
  #force = true;
  #resting = false;
  #looks = 0;
  #countedFrom = performance.now();
  #saidRate = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly native: Pick<Native, 'peekLock'>,
    private readonly request: WatchRequest,
    private readonly changed: () => void,
  ) {
    request.segment.state();
    this.#offset = request.offset;
    this.#length = request.length;
    this.#period = 1000 / request.hertz;
    this.#next(0);
  }

  window(offset: number, length: number): void {
    this.#offset = offset;
    this.#length = length;
    this.#force = true;
    this.#resting = false;
    this.#restartCount();
  }

  pace(hertz: number): void {
    this.#period = 1000 / hertz;
    this.#restartCount();
  }

  take(): Uint8Array | null {
    if (!this.#resting) return null;
    const failure = this.#failure;
    this.#failure = null;
    if (failure instanceof Error) throw failure;
    return this.#seen.slice();
  }

  go(seen: boolean): void {
    this.#force ||= !seen;
    this.#resting = false;
    this.#next(this.#period);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#length = -1;
  }

  #restartCount(): void {
    this.#looks = 0;
    this.#countedFrom = performance.now();
    if (!this.#resting) this.#next(0);
  }

  #next(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#length < 0) return;
    this.#timer = setTimeout(() => {
      const differs = this.#look();
      if (!this.#count() && !differs && !this.#force) {
        this.#next(this.#period);
        return;
      }
      this.#force = false;
      this.#saidRate = this.rate;
      this.#resting = true;
      this.changed();
    }, delay);
  }

  #look(): boolean {
    const { segment, lock } = this.request;
    try {
      const target = new Uint8Array(this.#length);
      const bytes = target.slice(0, segment.read(this.#offset, target));
      const around = JSON.stringify([segment.state(), lock && this.native.peekLock(lock)]);
      const differs = around !== this.#around || Buffer.compare(bytes, this.#seen) !== 0;
      this.#around = around;
      this.#seen = bytes;
      return differs;
    } catch (error) {
      this.#failure = error;
      return true;
    }
  }

  #count(): boolean {
    this.#looks += 1;
    const elapsed = performance.now() - this.#countedFrom;
    if (elapsed >= 1000) {
      this.rate = perSecond(this.#looks, elapsed);
      this.#looks = 0;
      this.#countedFrom += elapsed;
    } else if (this.rate === 0 && elapsed > 200) this.rate = perSecond(this.#looks - 1, elapsed);
    return Math.abs(this.rate - this.#saidRate) >= Math.max(1, this.rate / 20);
  }
}

function perSecond(looks: number, elapsedMs: number): number {
  return Math.round((looks * 10_000) / elapsedMs) / 10;
}
