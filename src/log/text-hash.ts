/**
 * A quick 32-bit hash of a text, for tables in memory: FNV-1a with a last mixing, since phones differ in their last
 * digits only. It has no key: whoever writes a file can make a million texts of one hash, so nobody relies on few of them.
 */
/** Of a whole text, or of a part of it. */
export function hashOfText(text: string, from = 0, to = text.length): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d);
}

/** The same of a text that stands as bytes; undefined where not all of them are a letter each. */
export function hashOfAscii(bytes: Uint8Array, from: number, to: number): number | undefined {
  let hash = 0x811c9dc5;
  let all = 0;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] as number;
    all |= byte;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash ^= hash >>> 15;
  return all < 0x80 ? Math.imul(hash, 0x2c1b3c6d) : undefined;
}
