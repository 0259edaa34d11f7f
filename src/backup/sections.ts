/**
 * The backup's bytes: 16 of a name, 4 of the version, then sections, each with its kind, its length and its hash, the
 * last with the hash of all hashes. Written and read a section at a time, so that a million contacts never lie in memory
 * at once. Knows nothing of what is in a section.
 *
 *     name      16 bytes  `fieldcast-backup`
 *     version    4 bytes  little endian, 1
 *     section    1 byte   kind · 4 bytes length, little endian · 32 bytes SHA-256 of what follows · its bytes
 *     …
 *     end        a section whose bytes are the SHA-256 of all hashes before, one after the other
 */
import type { BackupProblem } from './types.ts';

const NAME = new TextEncoder().encode('fieldcast-backup');
const VERSION = 1;
const PRELUDE = NAME.length + 4;
const HASH = 32;
const HEADER = 1 + 4 + HASH;

/** Never renumber. With each kind its bytes at most, so that a length that lies is not believed. */
export const KINDS = {
  head: { code: 1, most: 65_536 },
  block: { code: 2, most: 4_100_000 },
  document: { code: 3, most: 64_000_000 },
  rows: { code: 4, most: 32_000_000 },
  end: { code: 9, most: HASH },
} as const;
export type Kind = keyof typeof KINDS;

/** Answers the bytes of the next part of the file. */
export interface SectionWriter {
  readonly begin: () => Uint8Array<ArrayBuffer>;
  readonly section: (kind: Exclude<Kind, 'end'>, bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer>>;
  readonly end: () => Promise<Uint8Array<ArrayBuffer>>;
}

export function createSectionWriter(): SectionWriter {
  const hashes: Uint8Array<ArrayBuffer>[] = [];

  async function section(kind: Kind, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    if (bytes.length > KINDS[kind].most) throw new RangeError(`a ${kind} of ${String(bytes.length)} bytes`);
    const hash = await sha256(bytes);
    hashes.push(hash);
    const whole = new Uint8Array(HEADER + bytes.length);
    whole[0] = KINDS[kind].code;
    new DataView(whole.buffer).setUint32(1, bytes.length, true);
    whole.set(hash, 5);
    whole.set(bytes, HEADER);
    return whole;
  }

  return {
    begin() {
      const prelude = new Uint8Array(PRELUDE);
      prelude.set(NAME);
      new DataView(prelude.buffer).setUint32(NAME.length, VERSION, true);
      return prelude;
    },
    section,
    end: async () => section('end', await hashOfAll(hashes)),
  };
}

export type ReadSection = { readonly kind: Exclude<Kind, 'end'>; readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Hands over one section after the other; `visit` may refuse one. Whatever is wrong, it is said; only a disk that
 * cannot be read throws.
 */
export async function readSections(
  file: Blob,
  visit: (section: ReadSection, bytesDone: number) => Promise<BackupProblem | undefined>,
): Promise<BackupProblem | undefined> {
  const read = async (from: number, length: number) =>
    new Uint8Array(await file.slice(from, from + length).arrayBuffer());
  const prelude = await read(0, PRELUDE);
  if (prelude.length < NAME.length || NAME.some((byte, at) => prelude[at] !== byte)) return 'foreign';
  if (prelude.length < PRELUDE) return 'cutOff';
  if (new DataView(prelude.buffer).getUint32(NAME.length, true) !== VERSION) return 'newer';

  const hashes: Uint8Array<ArrayBuffer>[] = [];
  for (let at = PRELUDE; ;) {
    const header = await read(at, HEADER);
    if (header.length < HEADER) return 'cutOff';
    const kind = kindOf(header[0]);
    const length = new DataView(header.buffer).getUint32(1, true);
    if (!kind || length > KINDS[kind].most) return 'damaged';
    if (at + HEADER + length > file.size) return 'cutOff';
    const bytes = await read(at + HEADER, length);
    const hash = header.slice(5);
    if (!isSame(await sha256(bytes), hash)) return 'damaged';
    at += HEADER + length;
    if (kind === 'end') return isSame(bytes, await hashOfAll(hashes)) && at === file.size ? undefined : 'damaged';
    hashes.push(hash);
    const problem = await visit({ kind, bytes }, at);
    if (problem) return problem;
  }
}

const kindOf = (code: number | undefined) => (Object.keys(KINDS) as Kind[]).find((kind) => KINDS[kind].code === code);

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

function hashOfAll(hashes: readonly Uint8Array<ArrayBuffer>[]): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(hashes.length * HASH);
  hashes.forEach((hash, at) => whole.set(hash, at * HASH));
  return sha256(whole);
}

const isSame = (one: Uint8Array, other: Uint8Array) =>
  one.length === other.length && one.every((byte, at) => byte === other[at]);
