/** Red, green and blue, 0 to 255. */
export type Channels = readonly [red: number, green: number, blue: number];

/** WCAG 2.2, contrast ratio: 1 to 21. */
export function contrast(one: Channels, other: Channels): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((first, second) => second - first);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: Channels): number {
  const [red, green, blue] = colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
