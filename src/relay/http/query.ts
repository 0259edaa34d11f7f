/** Numbers in paths and queries. */

/** A whole number in those bounds, in plain digits; else undefined. */
export function parseWhole(text: string | null, least: number, most: number): number | undefined {
  if (text === null || !/^\d{1,16}$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isSafeInteger(number) && number >= least && number <= most ? number : undefined;
}
