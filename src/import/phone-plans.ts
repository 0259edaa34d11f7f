/**
 * Digits → E.164 by the numbering plans of libphonenumber's metadata, with every pattern compiled once.
 * It takes the same steps as the library, which compiles its patterns anew for each number; where a plan rewrites a
 * number (a carrier code, Argentina's 15), it answers `unsure`, and the caller asks the library. A test holds it
 * against the library in every country.
 */
import metadata from 'libphonenumber-js/max/metadata';

/** E.164, or why not. `short`: too short for a mobile of the plan. */
export type PlanAnswer = `+${string}` | 'short' | 'invalid' | 'unsure';

/** A country's plan as the metadata has it, by position; see the library's `metadata.js`. 0 stands for "none". */
interface RawPlan {
  readonly 0: string;
  readonly 1: string | 0;
  readonly 2: string;
  readonly 3: readonly number[];
  readonly 5: string | 0;
  readonly 7: string | 0;
  readonly 10?: string | 0;
  readonly 11?: readonly (readonly [pattern: string, lengths?: readonly number[]] | 0)[];
}

interface NumberType {
  readonly lengths: readonly number[];
  readonly pattern: RegExp;
}

interface Plan {
  readonly callingCode: string;
  readonly internationalPrefix: RegExp | undefined;
  readonly nationalPrefix: RegExp | undefined;
  readonly general: RegExp;
  readonly lengths: readonly number[];
  readonly leadingDigits: RegExp | undefined;
  /** Mobiles first: nearly every number of a marketer is one. Undefined: the general pattern decides. */
  readonly types: readonly NumberType[] | undefined;
  readonly shortest: number;
}

const countries = metadata.countries as unknown as Readonly<Record<string, RawPlan | undefined>>;
const codes = metadata.country_calling_codes as unknown as Readonly<Record<string, readonly string[] | undefined>>;
const nonGeographic = metadata.nonGeographic as unknown as Readonly<Record<string, RawPlan | undefined>>;
const MOBILE = 1;
/** ITU-T E.164: a calling code has one to three digits. */
const LONGEST_CALLING_CODE = 3;
/** The library's own bounds of a national number. */
const LEAST_DIGITS = 2;
const MOST_DIGITS = 17;

const planByName = new Map<string, Plan | undefined>();

export const isKnownCountry = (country: string): boolean => Object.hasOwn(countries, country);

/** Digits that a plus sign stood before, or that are to be tried as if one had. */
export function readInternational(digits: string): PlanAnswer {
  if (digits.startsWith('0')) return 'invalid';
  for (let length = 1; length <= LONGEST_CALLING_CODE && length < digits.length; length++) {
    const callingCode = digits.slice(0, length);
    if (planOfCode(callingCode)) return readNational(callingCode, undefined, digits.slice(length));
  }
  return 'invalid';
}

/** Digits as they are dialled in a country, perhaps with its prefix for calls abroad or its own calling code. */
export function readInCountry(digits: string, country: string): PlanAnswer {
  const plan = planOf(country);
  if (!plan) return 'invalid';
  const abroad = plan.internationalPrefix?.exec(digits)?.[0];
  if (abroad !== undefined && digits.length > abroad.length && digits[abroad.length] !== '0')
    return readInternational(digits.slice(abroad.length));
  if (digits.startsWith(plan.callingCode)) {
    const rest = digits.slice(plan.callingCode.length);
    const whole = significant(digits, plan);
    const shorter = significant(rest, plan);
    if (whole === undefined || shorter === undefined) return 'unsure';
    const tooLong = whole.length > (plan.lengths.at(-1) ?? MOST_DIGITS);
    if (tooLong || (!plan.general.test(whole) && plan.general.test(shorter)))
      return readNational(plan.callingCode, undefined, rest);
  }
  return readNational(plan.callingCode, country, digits);
}

function readNational(callingCode: string, country: string | undefined, digits: string): PlanAnswer {
  const plan = country === undefined ? planOfCode(callingCode) : planOf(country);
  if (!plan) return 'invalid';
  const number = significant(digits, plan);
  if (number === undefined) return 'unsure';
  if (number.length <= MOST_DIGITS && isValid(number, callingCode, plan)) return `+${callingCode}${number}`;
  return number.length < plan.shortest ? 'short' : 'invalid';
}

/** The national (significant) number: without the trunk prefix. Undefined where the plan rewrites it. */
function significant(digits: string, plan: Plan): string | undefined {
  const prefix = plan.nationalPrefix?.exec(digits);
  if (!prefix || prefix[0] === '') return digits;
  if (prefix.length > 1 && prefix.slice(1).some((group) => group !== undefined)) return undefined;
  const after = digits.slice(prefix[0].length);
  if (plan.general.test(digits) && !plan.general.test(after)) return digits;
  const owner = ownerOf(after, plan.callingCode) ?? plan;
  const shortest = owner.lengths[0] ?? LEAST_DIGITS;
  const isPossible = after.length > (owner.lengths.at(-1) ?? MOST_DIGITS) || owner.lengths.includes(after.length);
  return after.length < shortest || !isPossible ? digits : after;
}

function isValid(number: string, callingCode: string, plan: Plan): boolean {
  if (number.length < LEAST_DIGITS) return false;
  const owner = ownerOf(number, callingCode) ?? plan;
  return isOfPlan(number, owner);
}

/** The plan among those that share a calling code to which a number belongs. */
function ownerOf(number: string, callingCode: string): Plan | undefined {
  const sharing = codes[callingCode];
  if (!sharing) return undefined;
  if (sharing.length === 1) return planOf(sharing[0] ?? '');
  for (const country of sharing) {
    const plan = planOf(country);
    if (plan && (plan.leadingDigits ? plan.leadingDigits.test(number) : isOfPlan(number, plan))) return plan;
  }
  return undefined;
}

function isOfPlan(number: string, plan: Plan): boolean {
  if (!plan.general.test(number)) return false;
  if (!plan.types) return true;
  return plan.types.some((type) => type.lengths.includes(number.length) && type.pattern.test(number));
}

function planOf(country: string): Plan | undefined {
  const known = planByName.get(country);
  if (known) return known;
  const raw = Object.hasOwn(countries, country) ? countries[country] : undefined;
  return raw && keep(country, raw);
}

function planOfCode(callingCode: string): Plan | undefined {
  const known = planByName.get(callingCode);
  if (known) return known;
  const main = Object.hasOwn(codes, callingCode) ? codes[callingCode]?.[0] : undefined;
  if (main !== undefined) return planOf(main);
  const raw = Object.hasOwn(nonGeographic, callingCode) ? nonGeographic[callingCode] : undefined;
  return raw && keep(callingCode, raw);
}

function keep(name: string, raw: RawPlan): Plan {
  const plan = compile(raw);
  planByName.set(name, plan);
  return plan;
}

function compile(raw: RawPlan): Plan {
  const prefix = raw[7] || raw[5];
  const lengths = raw[3];
  const mobile = raw[11]?.[MOBILE];
  const types = raw[11]?.map((type) =>
    type && type[0] ? { pattern: whole(type[0]), lengths: type[1] ?? lengths } : undefined,
  );
  if (types) types.unshift(...types.splice(MOBILE, 1));
  return {
    callingCode: raw[0],
    internationalPrefix: raw[1] ? new RegExp(`^(?:${raw[1]})`) : undefined,
    nationalPrefix: prefix ? new RegExp(`^(?:${prefix})`) : undefined,
    general: whole(raw[2]),
    lengths,
    leadingDigits: raw[10] ? new RegExp(`^(?:${raw[10]})`) : undefined,
    types: types && types.length > 0 ? types.filter((type) => type !== undefined) : undefined,
    shortest: Math.min(...((mobile && mobile[0] && mobile[1]) || lengths)),
  };
}

function whole(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
