/**
 * The relay's event stream. Its first event says how far everything is (`Hello`), all that follow only wake: what is new
 * is always read by cursor, so a missed event loses nothing. A stream that breaks is over; whoever opened it opens anew.
 */
import type { Hello } from '#protocol/api';
import { EVENTS_PATH } from './relay-client.ts';

export interface RelayEvents {
  /**
   * Anew, whatever was open before. What the relay says first: undefined where nothing came in time, or nothing of the
   * kind, as from older relays; `isOpen` tells whether there is a stream all the same.
   */
  readonly open: () => Promise<Hello | undefined>;
  readonly isOpen: () => boolean;
  readonly close: () => void;
}

export interface RelayEventListeners {
  readonly onReceipts: () => void;
  readonly onLog: () => void;
  /** The document is another than `Hello` said. */
  readonly onContent: () => void;
  readonly onLost: () => void;
}

/** Some proxies keep a stream to themselves until it is long. */
const FIRST_WORD_MS = 3_000;

export function createRelayEvents({ onReceipts, onLog, onContent, onLost }: RelayEventListeners): RelayEvents {
  let source: EventSource | undefined;
  let answer: (hello?: Hello) => void = () => {};

  function close(): void {
    source?.close();
    source = undefined;
    answer();
  }

  return {
    open() {
      close();
      const opened = new EventSource(EVENTS_PATH);
      source = opened;
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, FIRST_WORD_MS);
        answer = (hello) => {
          clearTimeout(timer);
          resolve(hello);
        };
        const hear = (name: string, onEvent: () => void) => {
          opened.addEventListener(name, () => {
            answer();
            onEvent();
          });
        };
        opened.addEventListener('hello', ({ data }: MessageEvent<string>) => {
          answer(JSON.parse(data) as Hello);
        });
        hear('receipts', onReceipts);
        hear('log', onLog);
        hear('content', onContent);
        opened.onerror = () => {
          close();
          onLost();
        };
      });
    },
    isOpen: () => source?.readyState === EventSource.OPEN,
    close,
  };
}
