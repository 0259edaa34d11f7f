/**
 * Empties the outbox in order, and decides when to try again. One message at a time under a lock that all tabs share,
 * so that two tabs never upload the same one, and a message can be taken back between two others.
 */
import type { MessageId } from '#domain/ids';
import type { Outbox } from '#storage/message-types';
import { backoffMs } from './backoff.ts';
import { deliverMessage, type DeliverDeps, type Delivery } from './deliver-message.ts';

export interface FlushDeps extends DeliverDeps {
  readonly outbox: Pick<Outbox, 'change' | 'settle' | 'refuse' | 'list' | 'get'>;
  readonly besideOutbox: <Value>(run: () => Promise<Value>) => Promise<Value>;
  readonly random: () => number;
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
  /** Something left or was refused: lists and figures are to be read anew. */
  readonly onChange: (message: MessageId, delivery: Delivery) => void;
  readonly onSignedOut: () => void;
  readonly onUnreachable: () => void;
  /** The disk failed: nothing was lost, and the next wake tries again. */
  readonly onBroken: (error: unknown) => void;
}

export type Flusher = ReturnType<typeof createFlusher>;

/** As many messages in a row may be put off by a relay that answers badly before the round ends. */
const BUSY_LIMIT = 3;

export function createFlusher(deps: FlushDeps) {
  let running: Promise<void> | undefined;
  let woken = false;
  let failures = 0;
  let cancelTimer = () => {};
  let closed = false;
  let resting = false;

  async function run(): Promise<void> {
    do {
      woken = false;
      const round = await flushOnce(
        deps,
        () => {
          failures = 0;
        },
        () => closed || resting,
      );
      if (closed || resting) return;
      if (round === 'signedOut') deps.onSignedOut();
      if (round === 'unreachable') deps.onUnreachable();
      if (round === 'unreachable' || round === 'busy') {
        failures += 1;
        // Something happened meanwhile (the network came back, a message was added): no reason to wait.
        if (woken) continue;
        cancelTimer = deps.setTimer(wake, backoffMs(failures, deps.random()));
        return;
      }
      // What was added during the round would otherwise wait for the next event.
    } while (woken);
  }

  /** Starts a round now; during one, another follows it. */
  function wake(): void {
    if (closed) return;
    resting = false;
    woken = true;
    cancelTimer();
    running ??= run()
      .catch(deps.onBroken)
      .finally(() => {
        running = undefined;
      });
  }

  return {
    wake,
    /** Resolves when no round is under way; for tests and for leaving. */
    idle: async () => {
      while (running) await running;
    },
    /** Until the next wake: after the message under way nothing follows, and nothing is tried again. */
    rest() {
      resting = true;
      woken = false;
      cancelTimer();
    },
    close() {
      closed = true;
      cancelTimer();
    },
  };
}

/** One walk through the outbox as it stands at its beginning. */
export async function flushOnce(
  deps: FlushDeps,
  onProgress: () => void,
  isOver: () => boolean = () => false,
): Promise<'done' | 'busy' | 'signedOut' | 'unreachable'> {
  let busy = 0;
  let anyBusy = false;
  for (const { key } of await deps.outbox.list()) {
    if (isOver()) break;
    const delivery = await deps.besideOutbox(async (): Promise<Delivery | undefined> => {
      // Another tab may have sent it or taken it back since.
      const row = await deps.outbox.get(key);
      return row && deliverMessage(row, deps);
    });
    if (!delivery) continue;
    if (delivery.kind === 'signedOut' || delivery.kind === 'unreachable') return delivery.kind;
    if (delivery.kind === 'busy') {
      anyBusy = true;
      busy += 1;
      if (busy === BUSY_LIMIT) return 'busy';
      continue;
    }
    busy = 0;
    if (delivery.kind === 'held') continue;
    onProgress();
    deps.onChange(key, delivery);
  }
  return anyBusy ? 'busy' : 'done';
}
