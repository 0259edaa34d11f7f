/**
 * What runs behind the messages while the app is open: the outbox on its way to the relay, and the receipts on their
 * way back. Both run in the tab that has the connection; where each tab is for itself, or one that was taken for dead
 * wakes, both may run in several at once.
 */
import type { MessageId } from '#domain/ids';
import { wasTaken, settle, type DeliverDeps } from '#send/deliver-message';
import { createFlusher } from '#send/flush-outbox';
import type { RelayClient } from '#sync/relay-client';
import { createReceiptsFeed } from '#sync/receipts-feed';
import type { Opened } from './opened.ts';

export interface LoopEvents {
  /** Rows of these messages changed; undefined: any. */
  readonly onChange: (messages?: readonly MessageId[]) => void;
  readonly onSignedOut: () => void;
  readonly onUnreachable: () => void;
  /** Something may leave now: for the tab that has the connection. */
  readonly onToSend: () => void;
}

const PULL_PAUSE_MS = 200;

export type OutboxLoop = ReturnType<typeof createOutboxLoop>;

export function createOutboxLoop(app: Opened, relay: RelayClient, events: LoopEvents) {
  const { stores, tabs, workspace, workers } = app;
  const changed = (messages?: readonly MessageId[]) => {
    events.onChange(messages);
    tabs.tell('messages');
  };
  const deps: DeliverDeps = {
    ...stores,
    outbox: stores.outbox,
    relay,
    device: workspace.device,
    now: () => Date.now(),
    besideReceipts: (run) => tabs.exclusively('receipts', run),
  };

  const flusher = createFlusher({
    ...deps,
    outbox: stores.outbox,
    besideOutbox: (run) => tabs.exclusively('outbox', run),
    random: () => Math.random(),
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
    onChange(message, delivery) {
      changed([message]);
      if (delivery.kind !== 'settled') return;
      // The entry of who was messaged has been written: this tab's columns and the others' take it up.
      void workers.audience.refresh();
      tabs.tell('audience');
    },
    onSignedOut: events.onSignedOut,
    onUnreachable: events.onUnreachable,
    onBroken: () => changed(),
  });

  const feed = createReceiptsFeed({
    relay,
    receipts: stores.receipts,
    messages: stores.messages,
    besideReceipts: deps.besideReceipts,
    onPage: changed,
  });

  let pulling: Promise<void> | undefined;
  let pullAgain = false;
  let newest: number | undefined;

  async function pullReceipts(): Promise<void> {
    do {
      pullAgain = false;
      const pull = await feed.pull(newest);
      if (pull === 'signedOut') events.onSignedOut();
      if (pull === 'unreachable') events.onUnreachable();
      // During a send the relay calls twenty times a second; a few full pages cost less than many small ones.
      await new Promise((resolve) => setTimeout(resolve, PULL_PAUSE_MS));
    } while (pullAgain);
  }

  return {
    send: flusher.wake,
    /** `said`: the newest cursor, where the relay has just said it; nothing is asked for up to there. */
    pull(said?: number) {
      // Of two that came meanwhile neither is the last word.
      newest = pullAgain ? undefined : said;
      pullAgain = true;
      // A disk that fails keeps its cursor: the next wake asks for the same page.
      pulling ??= pullReceipts()
        .catch(() => {})
        .finally(() => {
          pulling = undefined;
        });
    },
    /** The connection is another tab's: what is under way ends, nothing begins. */
    rest() {
      flusher.rest();
      pullAgain = false;
    },
    close: flusher.close,

    async sendAgain(id: MessageId): Promise<void> {
      await stores.outbox.change(id, { confirmedAt: Date.now() });
      changed([id]);
      events.onToSend();
    },

    /** Taken back only where it is certain that the relay does not have it. */
    discard: (id: MessageId): Promise<'discarded' | 'accepted' | 'offline'> =>
      tabs.exclusively('outbox', async () => {
        const row = await stores.outbox.get(id);
        if (!row) return (await stores.messages.get(id)) ? 'accepted' : 'discarded';
        const taken = row.stage === 'completing' ? await wasTaken(id, relay) : 'notTaken';
        if (taken === 'notKnown') return 'offline';
        if (taken === 'taken') await settle(row, deps);
        else await stores.outbox.discard(id);
        changed([id]);
        return taken === 'taken' ? 'accepted' : 'discarded';
      }),
  };
}
