/**
 * What is saved on this device and what is shared with the team (SYN-9): counts what waits, and carries it whenever
 * there is a connection. The tab that owns the connection does it; the others hear of it.
 */
import type { ImportId } from '#domain/ids';
import type { RelayClient } from '#sync/relay-client';
import type { LogStanding } from '#sync/share-log';
import { lazily } from './lazily.ts';
import type { Opened } from './opened.ts';
import type { OwnerState } from './tab-owner.ts';
import type { Sharing } from './types.ts';

export interface SharingPart extends Sharing {
  /** There is a connection, or something new to carry: by the tab that has the connection. */
  readonly wake: () => void;
  /** This tab carries it. `said`: how far the relay's log is, where it has just said so. */
  readonly carry: (said?: LogStanding) => void;
  readonly follow: (said: OwnerState['sharing']) => void;
  /** Something was written here. */
  readonly written: () => void;
  readonly recount: () => Promise<void>;
}

export interface SharingEvents {
  readonly onSignedOut: () => void;
  readonly onUnreachable: () => void;
  /** Somebody was erased on this device; these imports begin anew. */
  readonly onErased: (restarted: readonly ImportId[]) => void;
  readonly isOnline: () => boolean;
}

/** A few changes in a row leave together. */
const GATHER_MS = 300;

export function createSharing(opened: Promise<Opened>, relay: RelayClient, events: SharingEvents): SharingPart {
  let pending = $state(0);
  let refused = $state(0);
  let phase = $state<Sharing['phase']>('idle');
  let moving = $state.raw<Sharing['blocks']>();
  let running: Promise<void> | undefined;
  let again = false;
  let standing: LogStanding | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(next: OwnerState['sharing']): void {
    phase = next.phase;
    moving = next.blocks;
    void opened.then(({ owner }) => {
      owner.say({ sharing: next });
    });
  }

  const round = lazily(async () => {
    const [app, { createLogRound }] = await Promise.all([opened, import('./log-round.ts')]);
    return createLogRound(app, relay, {
      onErased: events.onErased,
      onProgress(blocks) {
        say({ phase, blocks });
      },
    });
  });

  async function recount(): Promise<void> {
    const { sharing } = await (await opened).stores.log();
    ({ pending, refused } = await sharing.counts());
  }

  async function run(): Promise<void> {
    const { tabs, owner } = await opened;
    const { share } = await round();
    do {
      again = false;
      const said = standing;
      if (!owner.isOwner()) return;
      say({ phase: 'sharing', blocks: undefined });
      const result = await tabs.exclusively('log', () => share(said));
      say({ phase: result === 'waiting' ? 'waiting' : 'idle', blocks: undefined });
      if (result === 'signedOut') events.onSignedOut();
      if (result === 'unreachable') events.onUnreachable();
      await recount();
      tabs.tell('sharing');
    } while (again);
  }

  const wake = () => {
    opened.then(
      ({ owner }) => {
        owner.ask('share');
      },
      () => {},
    );
  };

  function carry(said?: LogStanding): void {
    // Of two that came meanwhile neither is the last word.
    standing = again ? undefined : said;
    again = true;
    running ??= run()
      // A disk that fails keeps what it has: the next wake goes on.
      .catch(() => {
        say({ phase: 'idle', blocks: undefined });
      })
      .finally(() => {
        running = undefined;
      });
  }

  return {
    get pending() {
      return pending;
    },
    get refused() {
      return refused;
    },
    get phase() {
      return phase;
    },
    get blocks() {
      return moving;
    },
    waiting: async () => (await import('./waiting-list.ts')).readWaiting(await opened, relay),
    refusedEntries: async () => (await (await opened).stores.log()).sharing.refused(),
    wake,
    carry,
    follow(said) {
      phase = said.phase;
      moving = said.blocks;
    },
    written() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        recount().then(
          () => {
            if (pending > 0 && events.isOnline()) wake();
          },
          () => {},
        );
      }, GATHER_MS);
    },
    recount,
  };
}
