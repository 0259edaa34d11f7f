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
  /**
   * How long to wait before opening anew, milliseconds. One stream that breaks soon after its first word is chance, and
   * there is no wait; after several in a row somebody on the way cuts them.
   */
  readonly reopenInMs: () => number;
  readonly close: () => void;
}

export interface RelayEventListeners {
  readonly onReceipts: () => void;
  readonly onLog: () => void;
  /** The document is another than `Hello` said. */
  readonly onContent: () => void;
  readonly onLost: () => void;
  /** Milliseconds to wait after so many failures in a row, from 1. */
  readonly waitMs: (failures: number) => number;
}

/** Some proxies keep a stream to themselves until it is long. */
const FIRST_WORD_MS = 3_000;
/** A stream that breaks sooner after its first word is a short one. */
const SHORT_MS = 3_000;

export function createRelayEvents(listeners: RelayEventListeners): RelayEvents {
  const { onReceipts, onLog, onContent, onLost, waitMs } = listeners;
  let source: EventSource | undefined;
  let answer: (hello?: Hello) => void = () => {};
  /** Of the stream that is open. */
  let firstWordAt: number | undefined;
  /** In a row. */
  let shortStreams = 0;

  function close(): void {
    source?.close();
    source = undefined;
    answer();
  }

  /** Not of a stream that never opened: whether the relay is there at all is asked otherwise. */
  function countBroken(): void {
    if (firstWordAt === undefined) return;
    shortStreams = performance.now() - firstWordAt < SHORT_MS ? shortStreams + 1 : 0;
    firstWordAt = undefined;
  }

  return {
    open() {
      close();
      firstWordAt = undefined;
      const opened = new EventSource(EVENTS_PATH);
      source = opened;
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, FIRST_WORD_MS);
        answer = (hello) => {
          clearTimeout(timer);
          resolve(hello);
        };
        const hear = (name: string, onEvent: (data: string) => void) => {
          opened.addEventListener(name, ({ data }: MessageEvent<string>) => {
            firstWordAt ??= performance.now();
            onEvent(data);
            answer();
          });
        };
        hear('hello', (data) => {
          answer(JSON.parse(data) as Hello);
        });
        hear('receipts', onReceipts);
        hear('log', onLog);
        hear('content', onContent);
        opened.onerror = () => {
          countBroken();
          close();
          onLost();
        };
      });
    },
    isOpen: () => source?.readyState === EventSource.OPEN,
    reopenInMs: () => (shortStreams < 2 ? 0 : waitMs(shortStreams - 1)),
    close,
  };
}
