/**
 * Bytes of a block: deflated with the platform's own streams, which browser and Node share, and named by their hash.
 * Inflating counts what comes out, so that a few kilobytes never become a gigabyte. A million rows at once are deflated
 * by `quick-deflate.ts`.
 */
export type Deflate = (bytes: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;
export type Inflate = (
  bytes: Uint8Array,
  maxBytes: number,
) => Promise<Uint8Array<ArrayBuffer> | 'tooLarge' | 'malformed'>;

export async function deflate(bytes: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const out = await through(bytes, new CompressionStream('deflate-raw'), Number.POSITIVE_INFINITY);
  return out === 'tooLarge' ? new Uint8Array() : out;
}

/** Never more than `maxBytes` at once in memory. Bytes that are no deflate stream are `malformed`. */
export async function inflate(
  bytes: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | 'tooLarge' | 'malformed'> {
  try {
    return await through(bytes, new DecompressionStream('deflate-raw'), maxBytes);
  } catch {
    return 'malformed';
  }
}

/** Text up to where `end` first stands, inflating no more than that; undefined where it never does. */
export async function inflateTo(bytes: Uint8Array, end: string): Promise<string | undefined> {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  // What is cut off by cancelling, or is no deflate stream, shows at the reading end.
  writer.write(unshared(bytes)).then(
    () => writer.close().catch(() => undefined),
    () => undefined,
  );
  const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = stream.readable.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      const looked = Math.max(0, text.length - end.length);
      text += decoder.decode(value, { stream: true });
      const at = text.indexOf(end, looked);
      if (at < 0) continue;
      await reader.cancel();
      return text.slice(0, at);
    }
  } catch {
    return undefined;
  }
}

/** SHA-256, hex. */
export async function hashOf(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', unshared(bytes)));
  let hex = '';
  for (const byte of digest) hex += byte.toString(16).padStart(2, '0');
  return hex;
}

/** The platform refuses memory shared between threads, and the type of a view does not say; ours is never shared. */
const unshared = (bytes: Uint8Array) => bytes as Uint8Array<ArrayBuffer>;

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | 'tooLarge'> {
  const writer = stream.writable.getWriter();
  const written = writer.write(unshared(bytes)).then(() => writer.close());
  // A fault shows at the reading end too; here it only must not go unhandled.
  written.catch(() => undefined);
  const reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> = stream.readable.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > maxBytes) {
      await reader.cancel();
      return 'tooLarge';
    }
    chunks.push(value);
  }
  await written;
  return join(chunks, size);
}

function join(chunks: readonly Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const [only] = chunks;
  if (chunks.length === 1 && only) return only;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
