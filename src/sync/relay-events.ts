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

/** `onWake`: opened, opened again, or something is new. */
export function createRelayEvents(onWake: () => void, onLost: () => void): RelayEvents {
  let source: EventSource | undefined;

  return {
    open() {
      if (source && source.readyState !== EventSource.CLOSED) return;
      source = new EventSource(EVENTS_PATH);
      source.onopen = onWake;
      source.onmessage = onWake;
      source.addEventListener('receipts', onWake);
      source.onerror = onLost;
    },
    close() {
      source?.close();
      source = undefined;
    },
  };
}
