/**
 * The relay's event stream, as a wake-up only: what is new is always read by cursor, so a missed event loses nothing.
 * The browser reconnects by itself after a cut; where the relay refuses, the connection's own check opens it anew.
 */
import { EVENTS_PATH } from './relay-client.ts';

export interface RelayEvents {
  /** Does nothing where the stream is open or being opened. */
  readonly open: () => void;
  readonly close: () => void;
}

export interface RelayEventListeners {
  /** Open, for the first time or again: anything may have happened meanwhile. */
  readonly onOpen: () => void;
  readonly onReceipts: () => void;
  readonly onLog: () => void;
  readonly onLost: () => void;
}

export function createRelayEvents({ onOpen, onReceipts, onLog, onLost }: RelayEventListeners): RelayEvents {
  let source: EventSource | undefined;

  return {
    open() {
      if (source && source.readyState !== EventSource.CLOSED) return;
      source = new EventSource(EVENTS_PATH);
      source.onopen = onOpen;
      source.addEventListener('receipts', onReceipts);
      source.addEventListener('log', onLog);
      source.onerror = onLost;
    },
    close() {
      source?.close();
      source = undefined;
    },
  };
}
