import { expect, test } from 'vitest';
import { hashOfAscii, hashOfText } from '#log/text-hash';

test('a text has the same hash as its bytes; what is more than a byte a letter is left to the text', () => {
  for (const text of ['', 'U100007', '+8613800138000', 'ana.lima+1@example.com', '\u0000\u007f'])
    expect(hashOfAscii(new TextEncoder().encode(`ab${text}cd`), 2, 2 + text.length)).toBe(hashOfText(text));
  expect(hashOfAscii(new TextEncoder().encode('é'), 0, 2)).toBeUndefined();
});
