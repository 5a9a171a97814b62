/** A change glows this long, in milliseconds; without motion its mark stays for `still`. */
export const glow = 1600;
export const still = 1000;
/** Steps in which a glow fades. */
export const levels = 8;

/** 1 … `levels` while a change of that age, in milliseconds, shows; 0 when it does not. */
export function heatLevel(age: number, reducedMotion: boolean): number {
  if (reducedMotion) return age < still ? levels : 0;
  return age >= glow ? 0 : Math.min(levels, Math.max(1, Math.ceil(levels * (1 - age / glow))));
}
