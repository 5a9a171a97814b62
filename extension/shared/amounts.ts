/** A number in a text for a person: as it is (`text`), grouped (`number`), a size in bytes, or an offset. */
export type Amount =
  string | number | bigint | { readonly bytes: number } | { readonly offset: number | bigint };

/** An amount in a language: "1,024", "1,024 B", "0x400 (1,024)". */
export function amountText(amount: Amount, language?: string): string {
  if (typeof amount === 'string') return amount;
  if (typeof amount !== 'object') return amount.toLocaleString(language);
  return 'bytes' in amount ? sizeText(amount.bytes, language) : offsetText(amount.offset, language);
}

/** A size with its round form where that helps: "1,024 B", "16,777,216 B (16 MiB)". */
export function sizeText(bytes: number, language?: string): string {
  const exact = `${bytes.toLocaleString(language)} B`;
  if (bytes < 1024 * 1024) return exact;
  const units = ['MiB', 'GiB', 'TiB', 'PiB'];
  let value = bytes / 1024 / 1024;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  const round = value.toLocaleString(language, { maximumFractionDigits: 1 });
  return `${exact} (${round} ${units[unit] ?? ''})`;
}

/** An offset as the grid writes it, and as people count: "0x400 (1,024)", "-0x1 (-1)". */
export function offsetText(offset: number | bigint, language?: string): string {
  const sign = offset < 0 ? '-' : '';
  const digits = (offset < 0 ? -offset : offset).toString(16).toUpperCase();
  return `${sign}0x${digits} (${offset.toLocaleString(language)})`;
}
