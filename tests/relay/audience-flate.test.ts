import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { deflate as deflateOnDevice, inflate as inflateOnDevice } from '#log/deflate';
import { deflate, inflate } from '#relay/audience/flate';

const LIMIT = 10_000;

describe("Node's zlib and the web's streams", () => {
  test('what the one deflates the other inflates', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2_000 }), async (bytes) => {
        expect(await inflateOnDevice(await deflate(bytes), LIMIT)).toEqual(bytes);
        expect(new Uint8Array((await inflate(await deflateOnDevice(bytes), LIMIT)) as Uint8Array)).toEqual(bytes);
      }),
    );
  });

  const sound = deflateRawSync('hello '.repeat(1_000));
  test.each([
    ['more than the limit', deflateRawSync(new Uint8Array(LIMIT + 1)), 'tooLarge'],
    ['cut off', sound.subarray(0, 10), 'malformed'],
    ['bytes after the end', Buffer.concat([sound, Buffer.from('more')]), 'malformed'],
    ['no deflate stream', Buffer.from('zzzz'), 'malformed'],
    ['nothing', new Uint8Array(), 'malformed'],
  ])('%s: both say the same', async (_, bytes, says) => {
    expect(await inflateOnDevice(bytes, LIMIT)).toBe(says);
    expect(await inflate(bytes, LIMIT)).toBe(says);
  });
});
