/**
 * A WebSocket that knows whether everything said on it was stored: each update that goes out is acknowledged once, in
 * order. The provider's own count says "nothing is left" too early after edits made without a connection.
 */
import { createDecoder, readVarString, readVarUint } from 'lib0/decoding';

export interface SocketCount {
  /** The whole document and every update since are acknowledged. */
  readonly isAllStored: () => boolean;
}

/** Numbers of Hocuspocus (first) and of the Yjs protocols (second). */
const SYNC = 0;
const ACKNOWLEDGED = 8;
const WHOLE = 1;
const UPDATE = 2;

export function countingSocket(
  Socket: typeof WebSocket,
  events: { readonly onOpen: (count: SocketCount) => void; readonly onChange: () => void },
): typeof WebSocket {
  return class extends Socket {
    #hasSentWhole = false;
    #unacknowledged = 0;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => {
        events.onOpen({ isAllStored: () => this.#hasSentWhole && this.#unacknowledged === 0 });
      });
      this.addEventListener('message', ({ data }: MessageEvent<ArrayBuffer>) => {
        if (kindOf(new Uint8Array(data)).type !== ACKNOWLEDGED) return;
        this.#unacknowledged -= 1;
        events.onChange();
      });
    }

    override send(data: Uint8Array<ArrayBuffer>): void {
      const { type, step } = kindOf(data);
      if (type === SYNC && (step === WHOLE || step === UPDATE)) {
        this.#unacknowledged += 1;
        this.#hasSentWhole ||= step === WHOLE;
      }
      super.send(data);
      events.onChange();
    }
  };
}

function kindOf(frame: Uint8Array): { readonly type: number; readonly step: number | undefined } {
  const decoder = createDecoder(frame);
  readVarString(decoder);
  const type = readVarUint(decoder);
  return { type, step: type === SYNC ? readVarUint(decoder) : undefined };
}
