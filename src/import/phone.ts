/**
 * Phones as people write them → E.164, or why not (IMP-5, CON-2). Landlines are valid: a contact may have one, and only
 * a channel knows what it can reach. That is why the `max` metadata are used and not the `mobile` ones, which refuse
 * every landline; the plans of `phone-plans.ts` take the 100,000 numbers a second of the library out of the way.
 */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/max/metadata';
import type { PhoneNumber } from '#domain/ids';
import { cleanText, toPlainForms } from './clean-text.ts';
import { isKnownCountry, readInCountry, readInternational, type PlanAnswer } from './phone-plans.ts';
import type { CellProblem } from './types.ts';

export type PhoneProblem = Extract<CellProblem, 'phoneInvalid' | 'phoneTooShort' | 'phoneRounded'>;
/** A number begins with a plus sign, a problem does not; no object is made for a million rows. */
export type PhoneReading = PhoneNumber | PhoneProblem;
export type PhoneReader = (text: string) => PhoneReading;

export const isPhoneProblem = (reading: PhoneReading): reading is PhoneProblem => !reading.startsWith('+');

/** What a spreadsheet makes of a long number in a narrow column; the digits are lost. */
const ROUNDED = /^[+']*\d(?:[.,]\d+)?e\+?\d{1,2}$/i;
/** A number that went through a floating-point column. */
const DECIMAL_ZERO = /\.0+$/;
const LABEL = /^(?:tel|phone|mobile|mob|cell|手机号码|手机号|手机|电话|電話|手機)\s*[:：.]?\s*/i;
const SEPARATORS = /[\s().\-‐‑‒–—―−·•_~]/g;
/** `030/1234567` is one number, `6666123/6666124` two. */
const TWO_NUMBERS = /\d[\d\s-]{5,}\/[\d\s-]{6,}\d/;
/** A number with more digits is none, so that no time is spent on it (ITU-T E.164: 15, and a prefix for abroad). */
const LONGEST_TEXT = 60;
/** With fewer digits a number lacks its area, whatever the plan. */
const LEAST_DIGITS = 7;

/** `country` is where digits without a plus sign are dialled; ISO 3166 alpha-2. */
export function createPhoneReader(country: string): PhoneReader {
  const home = isKnownCountry(country) ? country : undefined;

  function readDigits(digits: string): PlanAnswer {
    const here = home === undefined ? 'invalid' : sure(readInCountry(digits, home), digits, home);
    if (here.startsWith('+')) return here;
    // `00` is how most of the world dials abroad, also in files of countries that dial otherwise.
    const abroad = digits.startsWith('00') ? digits.slice(2) : digits;
    const anywhere = sure(readInternational(abroad), `+${abroad}`, undefined);
    return anywhere.startsWith('+') || home === undefined ? anywhere : here;
  }

  return (text) => {
    const plain = isPlainNumber(text) ? text : toDigits(text);
    if (plain === 'rounded') return 'phoneRounded';
    if (plain === undefined) return 'phoneInvalid';
    const answer = plain.startsWith('+')
      ? sure(readInternational(plain.slice(1)), plain, undefined)
      : readDigits(plain);
    if (answer.startsWith('+')) return answer as PhoneNumber;
    return answer === 'short' || plain.length < LEAST_DIGITS ? 'phoneTooShort' : 'phoneInvalid';
  };
}

const [PLUS, DIGIT_0, DIGIT_9] = [0x2b, 0x30, 0x39];
const [LEAST_PLAIN, MOST_PLAIN] = [4, 20];

/** Nothing but digits, perhaps after a plus sign. */
function isPlainNumber(text: string): boolean {
  const from = text.charCodeAt(0) === PLUS ? 1 : 0;
  if (text.length - from < LEAST_PLAIN || text.length - from > MOST_PLAIN) return false;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < DIGIT_0 || code > DIGIT_9) return false;
  }
  return true;
}

/** Digits with or without a plus sign; undefined where there is anything else that could mean something. */
function toDigits(text: string): string | undefined {
  if (text.length > LONGEST_TEXT) return undefined;
  const line = toPlainForms(cleanText(text)).trim();
  if (ROUNDED.test(line)) return 'rounded';
  const bare = line.replace(/^'+/, '').replace(/^tel:/i, '').replace(LABEL, '').replace(DECIMAL_ZERO, '');
  if (TWO_NUMBERS.test(bare)) return undefined;
  const digits = bare.replace(SEPARATORS, '').replace(/[\u200c\u200d/]/g, '');
  return /^\+?\d+$/.test(digits) ? digits : undefined;
}

/** Asks the library where the plan rewrites the number. */
function sure(answer: PlanAnswer, text: string, country: string | undefined): PlanAnswer {
  if (answer !== 'unsure') return answer;
  const options = { extract: false, ...(country === undefined ? {} : { defaultCountry: country as CountryCode }) };
  const number = parsePhoneNumberFromString(text, options, metadata);
  return number?.isValid() ? (number.number as `+${string}`) : 'invalid';
}
