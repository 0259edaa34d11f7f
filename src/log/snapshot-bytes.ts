/** Bytes of a snapshot's pieces: JSON, deflated, and known by their hash. A piece that is not what was written is none. */
import { deflate, hashOf, inflate } from './deflate.ts';

export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256, hex. */
  readonly hash: string;
}

/** A segment of 4,096 rows that repeat nothing of their blocks is a megabyte; no piece of ours is a hundred. */
const MAX_BYTES = 100_000_000;
/** SHA-256 as it stands ahead of a sealed piece. */
const SEAL_BYTES = 64;

export async function packPiece(value: unknown): Promise<Piece> {
  const bytes = await deflate(new TextEncoder().encode(JSON.stringify(value)));
  return { bytes, hash: await hashOf(bytes) };
}

export async function readPiece({ bytes, hash }: Pick<Piece, 'hash'> & { bytes: Uint8Array }): Promise<unknown> {
  if ((await hashOf(bytes)) !== hash) return undefined;
  const inflated = await inflate(bytes, MAX_BYTES);
  if (inflated === 'tooLarge' || inflated === 'malformed') return undefined;
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(inflated)) as unknown;
  } catch {
    return undefined;
  }
}

/** With its hash ahead: nothing else names it. */
export async function sealPiece(value: unknown): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, hash } = await packPiece(value);
  const sealed = new Uint8Array(SEAL_BYTES + bytes.length);
  sealed.set(new TextEncoder().encode(hash));
  sealed.set(bytes, SEAL_BYTES);
  return sealed;
}

export function readSealed(bytes: Uint8Array): Promise<unknown> {
  const hash = new TextDecoder().decode(bytes.subarray(0, SEAL_BYTES));
  return readPiece({ bytes: bytes.slice(SEAL_BYTES), hash });
}
