import { describe, expect, test } from 'vitest';
import { createSipHash } from '#log/siphash';

/** The reference, written from the paper on 64-bit integers: slow, and shares no code with ours. */
function reference(key: Uint8Array, message: Uint8Array): bigint {
  const mask = (1n << 64n) - 1n;
  const word = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at, true);
  const turn = (value: bigint, by: bigint) => ((value << by) | (value >> (64n - by))) & mask;
  const k0 = word(key, 0);
  const k1 = word(key, 8);
  const v: [bigint, bigint, bigint, bigint] = [
    k0 ^ 0x736f6d6570736575n,
    k1 ^ 0x646f72616e646f6dn,
    k0 ^ 0x6c7967656e657261n,
    k1 ^ 0x7465646279746573n,
  ];
  const round = () => {
    v[0] = (v[0] + v[1]) & mask;
    v[1] = turn(v[1], 13n) ^ v[0];
    v[0] = turn(v[0], 32n);
    v[2] = (v[2] + v[3]) & mask;
    v[3] = turn(v[3], 16n) ^ v[2];
    v[0] = (v[0] + v[3]) & mask;
    v[3] = turn(v[3], 21n) ^ v[0];
    v[2] = (v[2] + v[1]) & mask;
    v[1] = turn(v[1], 17n) ^ v[2];
    v[2] = turn(v[2], 32n);
  };
  const padded = new Uint8Array(message.length - (message.length % 8) + 8);
  padded.set(message);
  padded[padded.length - 1] = message.length & 255;
  for (let at = 0; at < padded.length; at += 8) {
    const m = word(padded, at);
    v[3] ^= m;
    round();
    round();
    v[0] ^= m;
  }
  v[2] ^= 0xffn;
  for (let count = 0; count < 4; count += 1) round();
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

const key = Uint8Array.from({ length: 16 }, (_, index) => index);
const hashed = (text: string, prefix?: number, prefixBytes?: number) => {
  const sip = createSipHash(key);
  sip.hash(text, prefix, prefixBytes);
  return (BigInt(sip.high) << 32n) | BigInt(sip.low);
};
const counting = (length: number) => String.fromCharCode(...Array.from({ length }, (_, index) => index));

describe('SipHash-2-4', () => {
  // Official vectors (vectors_sip64 of the authors' repository), as little-endian bytes.
  test.each(
    [
      '310e0edd47db6f72',
      'fd67dc93c539f874',
      '5a4fa9d909806c0d',
      '2d7efbd796666785',
      'b7877127e09427cf',
      '8da699cd64557618',
      'cee3fe586e46c9cb',
      '37d1018bf50002ab',
      '6224939a79f5f593',
      'b0e4a90bdf82009e',
      'f3b9dd94c5bb5d7a',
      'a7ad6b22462fb3f4',
      'fbe50e86bc8f1e75',
      '903d84c02756ea14',
      'eef27a8e90ca23f7',
      'e545be4961ca29a1',
    ].map((bytes, length) => [length, bytes] as const),
  )('the official vector of %i bytes', (length, bytes) => {
    const expected = bytes.match(/../g)?.reverse().join('');
    expect(hashed(counting(length)).toString(16).padStart(16, '0')).toBe(expected);
  });

  test('agrees with the reference up to 200 bytes', () => {
    for (let length = 0; length <= 127; length += 1) {
      const text = counting(length);
      expect(hashed(text)).toBe(reference(key, new TextEncoder().encode(text)));
    }
    const long = 'Fieldcast '.repeat(40);
    expect(hashed(long)).toBe(reference(key, new TextEncoder().encode(long)));
  });

  test.each([
    'é',
    'Müller',
    '张伟',
    '李小龙 13800138000',
    '🙂',
    'a🙂b🙂c',
    '\ud800',
    'x\udc00y',
    'ab\ud83d',
    '한국어',
    '1234567é',
    '123456张9',
  ])('hashes %j as its UTF-8', (text) => {
    for (let pad = 0; pad < 8; pad += 1) {
      const padded = 'p'.repeat(pad) + text;
      expect(hashed(padded)).toBe(reference(key, new TextEncoder().encode(padded)));
    }
  });

  test('a prefix is hashed as bytes ahead of the text', () => {
    const bytes = new Uint8Array([2, 7, 1, ...new TextEncoder().encode('+420777123456')]);
    expect(hashed('+420777123456', 2 | (7 << 8) | (1 << 16), 3)).toBe(reference(key, bytes));
  });
});
