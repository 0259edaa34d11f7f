/** A number as people write it in a list: 1200, 1 200, 1,200.50, 1.200.500, 1,5, −3, 50 %. One point alone is a decimal's. */

const SIGNS = /^[-\u2212]/;
const PLAIN = /^\d+(?:\.\d+)?$/;
/** Three digits after each mark, so that 1,5 is one and a half and 1,500 is fifteen hundred. */
const COMMAS = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const POINTS = /^\d{1,3}(?:\.\d{3})+(?:,\d+)?$/;
const DECIMAL_COMMA = /^\d+,\d+$/;

/** Undefined where it is none. */
export function readNumber(text: string): number | undefined {
  const plain = text.normalize('NFKC').replace(/[\s'\u2019%]/gu, '');
  const digits = plain.replace(SIGNS, '');
  const number = numberOf(digits);
  if (number === undefined) return undefined;
  return digits === plain ? number : -number;
}

function numberOf(digits: string): number | undefined {
  if (PLAIN.test(digits)) return Number(digits);
  if (COMMAS.test(digits)) return Number(digits.replaceAll(',', ''));
  if (POINTS.test(digits)) return Number(digits.replaceAll('.', '').replace(',', '.'));
  return DECIMAL_COMMA.test(digits) ? Number(digits.replace(',', '.')) : undefined;
}
