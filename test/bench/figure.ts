/** One figure of the bench: what is measured, in what unit, and what it must be. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  /** The promise; exactly one bound. */
  readonly must: { readonly atMost: number } | { readonly atLeast: number };
  /** Sets the scene. Its variants run interleaved: one warm-up, then {@link rounds} rounds. */
  prepare(): Promise<Scene>;
}

/** What one figure measures, while it is being measured. */
export interface Scene {
  /** Rounds, at least five; default five. */
  readonly rounds?: number;
  /** Each answers with one measurement of its own. */
  readonly variants: readonly (() => number | Promise<number>)[];
  /** The figure of one round from its measurements, in the order of the variants. */
  figure(measured: readonly number[]): number;
  dispose(): void | Promise<void>;
}

/** What the bench prints and writes. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Runs one figure: warm-up, interleaved rounds, the median over rounds. */
export async function measure(figure: Figure): Promise<Result> {
  const scene = await figure.prepare();
  try {
    const perRound: number[] = [];
    const rounds = Math.max(5, scene.rounds ?? 5);
    for (let round = -1; round < rounds; round++) {
      const measured: number[] = [];
      for (const variant of scene.variants) measured.push(await variant());
      if (round >= 0) perRound.push(scene.figure(measured));
    }
    return { name: figure.name, value: median(perRound), unit: figure.unit };
  } finally {
    await scene.dispose();
  }
}

/** Whether a value keeps the figure's promise. */
export function holds(figure: Figure, value: number): boolean {
  return 'atMost' in figure.must ? value <= figure.must.atMost : value >= figure.must.atLeast;
}
