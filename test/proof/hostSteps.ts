/** What the extension host of the proof does in each round, in order. */
export const steps = ['observe', 'live', 'attach', 'edit', 'write', 'hold', 'save', 'detach', 'end'] as const;

export type Step = (typeof steps)[number];
