/** The compiled plans against the library itself, in every country: near-valid numbers in all the ways they are dialled. */
import fc from 'fast-check';
import examples from 'libphonenumber-js/mobile/examples';
import {
  getCountries,
  getCountryCallingCode,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js/max';
import { describe, expect, it } from 'vitest';
import { readInCountry, readInternational } from '#import/phone-plans';

const digits = (minLength: number, maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength, maxLength }).map((each) => each.join(''));

/** An example mobile with its last digits replaced, or digits at random. */
const nationalOf = (country: CountryCode) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: digits(0, 4).map((end) => examples[country].slice(0, examples[country].length - end.length) + end),
    },
    { weight: 1, arbitrary: digits(4, 15) },
  );

const dialled = fc.constantFrom(...getCountries()).chain((country) => {
  const code = getCountryCallingCode(country);
  return fc.record({
    country: fc.constant(country),
    number: fc
      .tuple(fc.constantFrom('', '0', '00', code, `00${code}`, `${code}0`, '1', '8'), nationalOf(country))
      .map(([prefix, national]) => prefix + national),
  });
});

function byLibrary(text: string, country?: CountryCode): string | undefined {
  const options = { extract: false, ...(country && { defaultCountry: country }) };
  const number = parsePhoneNumberFromString(text, options);
  return number?.isValid() ? number.number : undefined;
}

const accepted = (answer: string): string | undefined => (answer.startsWith('+') ? answer : undefined);

describe('numbering plans', () => {
  it('[IMP-5] come to what the library comes to, or say that they are not sure', () => {
    let unsure = 0;
    fc.assert(
      fc.property(dialled, ({ country, number }) => {
        const here = readInCountry(number, country);
        if (here === 'unsure') unsure++;
        else expect(accepted(here), `${number} in ${country}`).toBe(byLibrary(number, country));
        const abroad = readInternational(number);
        if (abroad !== 'unsure') expect(accepted(abroad), `+${number}`).toBe(byLibrary(`+${number}`));
      }),
      { numRuns: 4_000 },
    );
    // The short way is worth its lines only as long as it is nearly always taken.
    expect(unsure).toBeLessThan(200);
  });
});
