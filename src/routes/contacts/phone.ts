/**
 * How a stored phone number is shown: the country code apart, the rest in threes and fours. Display only; whether a
 * number is valid was decided at the import, by a library that the page does not load.
 */

/** ITU-T E.164: all country codes of one and two digits; every other code has three. */
const SHORT_CODES =
  '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  );

/** National habits worth following; others are cut in threes with a last part of two to four. */
const PARTS_BY_CODE: Readonly<Record<string, readonly number[]>> = {
  '1': [3, 3, 4],
  '7': [3, 3, 2, 2],
  '33': [1, 2, 2, 2, 2],
  '55': [2, 5, 4],
  '86': [3, 4, 4],
  '91': [5, 5],
  '852': [4, 4],
  '853': [4, 4],
};

export function phoneToShown(phone: string): string {
  if (!/^\+\d{7,15}$/.test(phone)) return phone;
  const digits = phone.slice(1);
  const code = SHORT_CODES.find((each) => digits.startsWith(each)) ?? digits.slice(0, 3);
  const rest = digits.slice(code.length);
  const parts = PARTS_BY_CODE[code];
  const sizes = parts && sum(parts) === rest.length ? parts : sizesInThrees(rest.length);
  let start = 0;
  const pieces = sizes.map((size) => rest.slice(start, (start += size)));
  return `+${code} ${pieces.join(' ')}`;
}

function sizesInThrees(length: number): readonly number[] {
  const sizes: number[] = [];
  let left = length;
  while (left > 4) {
    sizes.push(3);
    left -= 3;
  }
  return left > 0 ? [...sizes, left] : sizes;
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
