import { describe, expect, it } from 'vitest';
import { createPhoneReader } from '#import/phone';

const china = createPhoneReader('CN');
const britain = createPhoneReader('GB');
const america = createPhoneReader('US');

describe('phones', () => {
  it.each([
    ['13812345678', '+8613812345678'],
    ['0086 138 1234 5678', '+8613812345678'],
    ['+86 138-1234-5678', '+8613812345678'],
    ['8613812345678', '+8613812345678'],
    ['０１３８１２３４５６７８', '+8613812345678'],
    ['＋８６１３８１２３４５６７８', '+8613812345678'],
    ['138\u00a01234\u00a05678', '+8613812345678'],
    ['\u202d13812345678\u202c', '+8613812345678'],
    ['\u200b138\u200b12345678\ufeff', '+8613812345678'],
    ['13812345678\t', '+8613812345678'],
    ['="13812345678"', '+8613812345678'],
    ["'13812345678", '+8613812345678'],
    ['13812345678.0', '+8613812345678'],
    ['手机：138 1234 5678', '+8613812345678'],
    ['tel:+86-138-1234-5678', '+8613812345678'],
    ['(010) 8888 8888', '+861088888888'],
    ['010-88888888', '+861088888888'],
  ])('[IMP-5] %j in China is %s', (text, phone) => {
    expect(china(text)).toBe(phone);
  });

  it.each([
    ['+44 (0)20 7946 0958', '+442079460958'],
    ['0044 20 7946 0958', '+442079460958'],
    ['020 7946 0958', '+442079460958'],
    ['7911123456', '+447911123456'],
    ['+49 (0) 151 23456789', '+4915123456789'],
    ['+39 06 698 12345', '+390669812345'],
  ])('[IMP-5] %j in Britain is %s', (text, phone) => {
    expect(britain(text)).toBe(phone);
  });

  it.each([
    ['(415) 555-2671', '+14155552671'],
    ['1-415-555-2671', '+14155552671'],
    ['008613812345678', '+8613812345678'],
    ['011 86 138 1234 5678', '+8613812345678'],
  ])('[IMP-5] %j in the United States is %s', (text, phone) => {
    expect(america(text)).toBe(phone);
  });

  it.each([
    ['85261234567', '+85261234567'],
    ['14155552671', '+14155552671'],
    ['420601123456', '+420601123456'],
  ])('[CON-2] %s is no number of China, so it begins with a country code', (text, phone) => {
    expect(china(text)).toBe(phone);
  });

  it('[CON-2] what is valid in the default country is of it, though it could begin with a code', () => {
    expect(america('8475551234')).toBe('+18475551234');
    expect(createPhoneReader('HK')('61234567')).toBe('+85261234567');
  });

  it.each([
    ['1.38E+10', 'phoneRounded'],
    ['1,38e10', 'phoneRounded'],
    ['1381234567', 'phoneTooShort'],
    ['12345', 'phoneTooShort'],
    ['+86 138', 'phoneTooShort'],
    ['138123456789', 'phoneInvalid'],
    ['13812345678/13912345678', 'phoneInvalid'],
    ['13812345678, 13912345678', 'phoneInvalid'],
    ['13812345678转8001', 'phoneInvalid'],
    ['010-88888888 ext. 12', 'phoneInvalid'],
    ['hello', 'phoneInvalid'],
    ['+', 'phoneInvalid'],
    ['9'.repeat(500), 'phoneInvalid'],
  ])('[IMP-5] %j is said to be %s', (text, problem) => {
    expect(china(text)).toBe(problem);
  });

  it('[IMP-5] without a country that is known, only whole numbers are read', () => {
    const nowhere = createPhoneReader('');
    expect(nowhere('+8613812345678')).toBe('+8613812345678');
    expect(nowhere('008613812345678')).toBe('+8613812345678');
    expect(nowhere('13812345678')).toBe('phoneInvalid');
  });

  it('[IMP-5] plans that rewrite a number: the 15 of Argentina, the carriers of Brazil', () => {
    expect(createPhoneReader('AR')('011 15 2345 6789')).toBe('+5491123456789');
    expect(createPhoneReader('BR')('0 15 11 96123 4567')).toBe('+5511961234567');
  });
});
