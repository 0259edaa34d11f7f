/**
 * Deflates and inflates blocks by Node's zlib, one call each. Devices use the web's streams (`#log/deflate`), which know
 * no level and come back to the main thread for every 16 kB. What the one writes, the other reads.
 */
import { deflateRaw, inflateRaw, type Zlib } from 'node:zlib';
import type { Deflate, Inflate } from '#log/deflate';

/** Recipients at level 3 take two fifths of the time of level 6, the default, and 3 % more room. */
const LEVEL = 3;
/** A block of 4,000 rows inflates to some 300 kB. */
const CHUNK_BYTES = 256 * 1024;

export const deflate: Deflate = (bytes) =>
  new Promise((resolve, reject) => {
    deflateRaw(bytes, { level: LEVEL, chunkSize: CHUNK_BYTES }, (error, deflated) => {
      if (error) reject(error);
      else resolve(deflated);
    });
  });

export const inflate: Inflate = (bytes, maxBytes) =>
  new Promise((resolve) => {
    const options = { chunkSize: CHUNK_BYTES, maxOutputLength: maxBytes, info: true };
    inflateRaw(bytes, options, (error, inflated) => {
      if (error) resolve((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'tooLarge' : 'malformed');
      else {
        const { buffer, engine } = inflated as unknown as Inflated;
        // What follows the end of a deflate stream is no block either.
        resolve(engine.bytesWritten < bytes.length ? 'malformed' : buffer);
      }
    });
  });

/** What `info` makes of the answer, which the types of Node do not say. */
interface Inflated {
  readonly buffer: Uint8Array<ArrayBuffer>;
  readonly engine: Pick<Zlib, 'bytesWritten'>;
}
