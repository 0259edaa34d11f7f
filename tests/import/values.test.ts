import { describe, expect, it } from 'vitest';
import { cleanText, isPlaceholder } from '#import/clean-text';
import { readEmail } from '#import/email';
import { readBlocked, readConsent, readSmsType, readStatus } from '#import/values';

describe('values', () => {
  it.each([
    ['Anna@Example.COM', 'anna@example.com'],
    [' bob@example.com; ', 'bob@example.com'],
    ['Anna Novak <anna@example.com>', 'anna@example.com'],
    ['mailto:anna@example.com', 'anna@example.com'],
    ['anna＠example．com', 'anna@example.com'],
    ['info@例子.中国', 'info@xn--fsqu00a.xn--fiqs8s'],
    ["o'neil@example.ie", "o'neil@example.ie"],
    ["'anna@example.com", 'anna@example.com'],
    ['a+b_c.d@sub.example.co.uk', 'a+b_c.d@sub.example.co.uk'],
  ])('[IMP-5] the address %j is %s', (text, address) => {
    expect(readEmail(text)).toBe(address);
  });

  it.each([
    ...['', 'anna', '@example.com', 'anna@', 'anna@example', 'a b@example.com', 'a@b@example.com', '.a@example.com'],
    ...['a..b@example.com', 'a@-example.com', 'a@example..com', 'a@127.0.0.1', `${'a'.repeat(65)}@example.com`],
    ...['a@example.com, b@example.com', 'javascript:alert(1)', `a@${'b'.repeat(300)}.com`, 'a@exa%6dple.com'],
  ])('[IMP-7] %j is no address', (text) => {
    expect(readEmail(text)).toBeUndefined();
  });

  it('[IMP-5] long values are refused in no time', () => {
    const started = performance.now();
    for (const text of [
      'a'.repeat(1e6),
      'a@'.repeat(5e5),
      `${'a.'.repeat(4e5)}@`,
      `a@${'b.'.repeat(5e5)}`,
      ' '.repeat(1e6),
    ])
      readEmail(text);
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('[IMP-10] words of both languages for what is on and off', () => {
    expect(['1', 'Active', '启用', 'TRUE', '是'].map(readStatus)).toEqual(Array(5).fill('active'));
    expect(['0', 'inactive', '停用', 'no', '否'].map(readStatus)).toEqual(Array(5).fill('inactive'));
    expect(['yes', '黑名单', 'unsubscribed', '退订'].map(readBlocked)).toEqual(Array(4).fill('yes'));
    expect(['given', '同意', 'subscribed'].map(readConsent)).toEqual(Array(3).fill('given'));
    expect(['refused', '不同意', 'opt-out', '退订'].map(readConsent)).toEqual(Array(4).fill('refused'));
    expect(['营销', 'OTP', '通知'].map(readSmsType)).toEqual(['marketing', 'verification', 'notification']);
    expect([readStatus('maybe'), readConsent('toString'), readBlocked('__proto__')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('[IMP-5] what cannot be seen goes, what can be seen stays', () => {
    expect(cleanText('\ufeff 王\u00a0小明\u3000 \t\r\n')).toBe('王 小明');
    expect(cleanText('Ann\u0065\u0301')).toBe('Anné');
    expect(cleanText('می\u200cخواهم')).toBe('می\u200cخواهم');
    expect(cleanText("'t Hooft")).toBe("'t Hooft");
    expect(cleanText("'+420601123456")).toBe('+420601123456');
    expect(cleanText('a\ud800b')).toBe('a\ufffdb');
    expect(cleanText('<b>"x"</b>')).toBe('<b>"x"</b>');
  });

  it('[CON-4] a placeholder is no key', () => {
    expect(['-', 'N/A', 'null', '#N/A', '无', 'None'].every(isPlaceholder)).toBe(true);
    expect(['0', 'A-1', '12345678', '无锡'].some(isPlaceholder)).toBe(false);
  });
});
