/** Frames as they go over a document's socket, put together by hand: also such as no library would send. */
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding';

export function documentFrame(...parts: readonly (string | number | Uint8Array)[]): Uint8Array<ArrayBuffer> {
  const encoder = createEncoder();
  for (const part of parts) {
    if (typeof part === 'string') writeVarString(encoder, part);
    else if (typeof part === 'number') writeVarUint(encoder, part);
    else writeVarUint8Array(encoder, part);
  }
  return new Uint8Array(toUint8Array(encoder));
}

export const hello = (document: string) => documentFrame(document, 2, 0, '', '4.8.0');
export const updateFrame = (document: string, update: Uint8Array) => documentFrame(document, 0, 2, update);
