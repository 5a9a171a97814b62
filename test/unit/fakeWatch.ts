import type { Native, Seen, Watch, WatchRequest } from './face';

/** The addon's watch with a timer in place of the thread, by calls of the fake's own functions, which it counts. */
export class FakeWatch implements Watch {
  rate = 0;
  copiesUnderLock = false;
  /** First and one past the last byte that differ from the look before; null: all is told. */
  #run: readonly [number, number] | null = null;
  #taken = true;
  #aroundNews = true;
  #holes: readonly number[] = [];
  #holesNews = true;
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

  underLock(wanted: boolean): void {
    this.copiesUnderLock = wanted;
  }

  take(): Seen | null {
    if (!this.#resting) return null;
    this.#taken = true;
    const failure = this.#failure;
    this.#failure = null;
    if (failure instanceof Error) throw failure;
    const seen = this.#seen;
    const { length } = seen;
    const copy = this.copiesUnderLock ? 'locked' : 'unlocked';
    const holes = this.#holesNews ? this.#holes : null;
    this.#holesNews = false;
    if (this.#run === null) return { length, runs: null, bytes: seen.slice(), around: true, holes, copy };
    const [start, end] = this.#run;
    const runs = end > start ? [start, end - start] : [];
    return { length, runs, bytes: seen.slice(start, end), around: this.#aroundNews, holes, copy };
  }

  go(seen: boolean): void {
    this.#force ||= !seen || !this.#taken;
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
      if (this.#force) this.#run = null;
      this.#holesNews ||= this.#force;
      this.#force = false;
      this.#taken = false;
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
      const around = JSON.stringify([
        segment.state(),
        lock && this.native.peekLock(lock),
        this.copiesUnderLock,
      ]);
      const before = this.#seen;
      const differs = (index: number): boolean => bytes[index] !== before[index];
      const indices = [...bytes.keys()].filter(differs);
      const holes = segment.holes(this.#offset, bytes.length);
      const holesDiffer = holes.join() !== this.#holes.join();
      this.#holes = holes;
      this.#holesNews ||= holesDiffer;
      const isOther =
        holesDiffer || around !== this.#around || indices.length > 0 || bytes.length !== before.length;
      this.#run = bytes.length === before.length ? [indices[0] ?? 0, (indices.at(-1) ?? -1) + 1] : null;
      this.#aroundNews = around !== this.#around;
      this.#around = around;
      this.#seen = bytes;
      return isOther;
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
