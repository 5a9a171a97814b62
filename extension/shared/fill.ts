/**
 * A text with its values put in: `{0}` is the first of them, `{0:byte|bytes}` is `byte` where the first is 1 and `bytes`
 * otherwise. A place without a value is left empty.
 */
export function fill(pattern: string, values: readonly (string | number)[]): string {
  return pattern.replace(
    /\{(\d)(?::([^{}|]*)\|([^{}|]*))?\}/g,
    (_, index: string, one: string | undefined, many: string | undefined) => {
      const value = String(values[Number(index)] ?? '');
      if (one === undefined || many === undefined) return value;
      return value === '1' ? one : many;
    },
  );
}
