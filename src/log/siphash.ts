/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of a text's UTF-8 bytes, on 32-bit halves: JavaScript has no fast 64-bit
 * integer. Reads code units as they are, so that hashing a million keys allocates nothing.
 */
export interface SipHash {
  /** Halves of the last hash, unsigned. Fields instead of a returned pair: no garbage a key. */
  low: number;
  high: number;
  /**
   * Hashes up to three prefix bytes (in `prefix`, lowest first) and then the text, or a part of it. Lone surrogates count
   * as U+FFFD.
   */
  readonly hash: (text: string, prefix?: number, prefixBytes?: number, from?: number, to?: number) => void;
}

/** The key is 16 bytes. */
export function createSipHash(key: Uint8Array): SipHash {
  if (key.length !== 16) throw new RangeError('A SipHash key has 16 bytes.');
  const view = new DataView(key.buffer, key.byteOffset, 16);
  const k0l = view.getInt32(0, true);
  const k0h = view.getInt32(4, true);
  const k1l = view.getInt32(8, true);
  const k1h = view.getInt32(12, true);

  const self: SipHash = {
    low: 0,
    high: 0,
    hash(text, prefix = 0, prefixBytes = 0, from = 0, to = text.length) {
      let v0l = k0l ^ 0x70736575;
      let v0h = k0h ^ 0x736f6d65;
      let v1l = k1l ^ 0x6e646f6d;
      let v1h = k1h ^ 0x646f7261;
      let v2l = k0l ^ 0x6e657261;
      let v2h = k0h ^ 0x6c796765;
      let v3l = k1l ^ 0x79746573;
      let v3h = k1h ^ 0x74656462;

      const length = to;
      let index = from;
      /** Bytes of a character that did not fit into the word before, lowest first. */
      let rest = 0;
      let restBytes = 0;
      let total = prefixBytes;
      let low = prefix;
      let high = 0;
      let filled = prefixBytes;
      let rounds = 2;

      for (;;) {
        while (filled < 8) {
          // Four letters at once, wherever half a word is free for them.
          if ((filled & 3) === 0 && restBytes === 0 && index + 4 <= length) {
            const one = text.charCodeAt(index);
            const two = text.charCodeAt(index + 1);
            const three = text.charCodeAt(index + 2);
            const four = text.charCodeAt(index + 3);
            if ((one | two | three | four) <= 127) {
              const half = one | (two << 8) | (three << 16) | (four << 24);
              if (filled === 0) low = half;
              else high = half;
              filled += 4;
              total += 4;
              index += 4;
              continue;
            }
          }
          let byte: number;
          if (restBytes > 0) {
            byte = rest & 255;
            rest >>>= 8;
            restBytes -= 1;
          } else if (index < length) {
            byte = text.charCodeAt(index++);
            if (byte > 127) {
              let point = byte;
              if (byte >= 0xd800 && byte <= 0xdfff) {
                const next = byte < 0xdc00 && index < length ? text.charCodeAt(index) : 0;
                if (next >= 0xdc00 && next <= 0xdfff) {
                  point = 0x10000 + ((byte - 0xd800) << 10) + (next - 0xdc00);
                  index += 1;
                } else point = 0xfffd;
              }
              if (point < 0x800) {
                byte = 0xc0 | (point >> 6);
                rest = 0x80 | (point & 63);
                restBytes = 1;
              } else if (point < 0x10000) {
                byte = 0xe0 | (point >> 12);
                rest = 0x80 | ((point >> 6) & 63) | ((0x80 | (point & 63)) << 8);
                restBytes = 2;
              } else {
                byte = 0xf0 | (point >> 18);
                rest =
                  0x80 | ((point >> 12) & 63) | ((0x80 | ((point >> 6) & 63)) << 8) | ((0x80 | (point & 63)) << 16);
                restBytes = 3;
              }
            }
          } else break;
          if (filled < 4) low |= byte << (filled << 3);
          else high |= byte << ((filled - 4) << 3);
          filled += 1;
          total += 1;
        }
        // The last word carries the length in its top byte; a full word is never the last.
        const last = filled < 8;
        if (last) high |= (total & 255) << 24;

        v3l ^= low;
        v3h ^= high;
        for (;;) {
          for (let round = 0; round < rounds; round += 1) {
            let sum = (v0l + v1l) | 0;
            v0h = (v0h + v1h + carry(v0l, v1l, sum)) | 0;
            v0l = sum;
            let turn = v1h;
            v1h = (v1h << 13) | (v1l >>> 19);
            v1l = (v1l << 13) | (turn >>> 19);
            v1l ^= v0l;
            v1h ^= v0h;
            turn = v0l;
            v0l = v0h;
            v0h = turn;

            sum = (v2l + v3l) | 0;
            v2h = (v2h + v3h + carry(v2l, v3l, sum)) | 0;
            v2l = sum;
            turn = v3h;
            v3h = (v3h << 16) | (v3l >>> 16);
            v3l = (v3l << 16) | (turn >>> 16);
            v3l ^= v2l;
            v3h ^= v2h;

            sum = (v0l + v3l) | 0;
            v0h = (v0h + v3h + carry(v0l, v3l, sum)) | 0;
            v0l = sum;
            turn = v3h;
            v3h = (v3h << 21) | (v3l >>> 11);
            v3l = (v3l << 21) | (turn >>> 11);
            v3l ^= v0l;
            v3h ^= v0h;

            sum = (v2l + v1l) | 0;
            v2h = (v2h + v1h + carry(v2l, v1l, sum)) | 0;
            v2l = sum;
            turn = v1h;
            v1h = (v1h << 17) | (v1l >>> 15);
            v1l = (v1l << 17) | (turn >>> 15);
            v1l ^= v2l;
            v1h ^= v2h;
            turn = v2l;
            v2l = v2h;
            v2h = turn;
          }
          if (rounds === 4) {
            self.low = (v0l ^ v1l ^ v2l ^ v3l) >>> 0;
            self.high = (v0h ^ v1h ^ v2h ^ v3h) >>> 0;
            return;
          }
          v0l ^= low;
          v0h ^= high;
          if (!last) break;
          v2l ^= 0xff;
          rounds = 4;
        }
        low = 0;
        high = 0;
        filled = 0;
      }
    },
  };
  return self;
}

/** What adding two low halves carries into the high one. No comparison: half of them would be guessed wrongly. */
const carry = (one: number, other: number, sum: number) => ((one & other) | ((one | other) & ~sum)) >>> 31;
