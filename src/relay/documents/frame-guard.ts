/**
 * What a frame may be before anything else sees it: one of the few kinds that a device sends, for the one document that
 * its session may write, and whole to its last byte. Pure: what was said on the socket before is handed in.
 */
import { createDecoder, hasContent, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding';
import { isFineValue } from './update-guard.ts';

export type FrameKind = 'hello' | 'state' | 'update' | 'presence' | 'askPresence' | 'bye';
export type JudgedFrame =
  | { readonly kind: Exclude<FrameKind, 'presence'> }
  /** Sessions of Yjs that the frame speaks of. */
  | { readonly kind: 'presence'; readonly clients: readonly number[] }
  | { readonly kind: 'refused' };

const REFUSED = { kind: 'refused' } as const;

/** Numbers of Hocuspocus (first) and of the Yjs protocols (second). */
const SYNC = 0;
const PRESENCE = 1;
const HELLO = 2;
const ASK_PRESENCE = 3;
const BYE = 7;
const STATE = 0;
const WHOLE = 1;
const UPDATE = 2;

/** Who has written to it: some bytes for each session there ever was. */
const STATE_BYTES = 500_000;
const PRESENCE_BYTES = 64_000;
const PRESENCE_ONE_LENGTH = 2_000;
const PRESENCE_DEPTH = 4;
const SMALL_BYTES = 1_000;

export function judgeFrame(frame: Uint8Array, documentName: string): JudgedFrame {
  try {
    const decoder = createDecoder(frame);
    if (readVarString(decoder) !== documentName) return REFUSED;
    const judged = read[readVarUint(decoder)]?.(decoder, frame.byteLength) ?? REFUSED;
    return hasContent(decoder) ? REFUSED : judged;
  } catch {
    return REFUSED;
  }
}

type Read = (decoder: ReturnType<typeof createDecoder>, sizeBytes: number) => JudgedFrame;

const read: Readonly<Record<number, Read | undefined>> = {
  [SYNC](decoder, sizeBytes) {
    const step = readVarUint(decoder);
    const bytes = readVarUint8Array(decoder);
    if (step === STATE) return sizeBytes <= STATE_BYTES && isState(bytes) ? { kind: 'state' } : REFUSED;
    return step === WHOLE || step === UPDATE ? { kind: 'update' } : REFUSED;
  },
  [PRESENCE](decoder, sizeBytes) {
    if (sizeBytes > PRESENCE_BYTES) return REFUSED;
    const clients = readPresence(readVarUint8Array(decoder));
    return clients ? { kind: 'presence', clients } : REFUSED;
  },
  /** An empty token, and the library's version. */
  [HELLO](decoder, sizeBytes) {
    if (sizeBytes > SMALL_BYTES || readVarUint(decoder) !== 0 || readVarString(decoder) !== '') return REFUSED;
    if (hasContent(decoder)) readVarString(decoder);
    return { kind: 'hello' };
  },
  [ASK_PRESENCE]: () => ({ kind: 'askPresence' }),
  [BYE]: (decoder) => {
    if (hasContent(decoder)) readVarString(decoder);
    return { kind: 'bye' };
  },
};

/** Pairs of a session and how much of it is known; throws where it ends too early. */
function isState(bytes: Uint8Array): boolean {
  const decoder = createDecoder(bytes);
  for (let left = 2 * readVarUint(decoder); left > 0; left -= 1) readVarUint(decoder);
  return !hasContent(decoder);
}

function readPresence(bytes: Uint8Array): readonly number[] | undefined {
  const decoder = createDecoder(bytes);
  const clients: number[] = [];
  for (let left = readVarUint(decoder); left > 0; left -= 1) {
    clients.push(readVarUint(decoder));
    readVarUint(decoder);
    const text = readVarString(decoder);
    if (text.length > PRESENCE_ONE_LENGTH || !isFineState(JSON.parse(text))) return undefined;
  }
  return hasContent(decoder) ? undefined : clients;
}

function isFineState(state: unknown): boolean {
  if (state === null) return true;
  return typeof state === 'object' && !Array.isArray(state) && isFineValue(state, PRESENCE_DEPTH);
}
