/**
 * What is saved on this device and what is shared with the team (SYN-9): counts what waits, and carries it whenever
 * there is a connection. The tab that owns the connection does it; the others hear of it.
 */
import type { ImportId } from '#domain/ids';
import type { RelayClient } from '#sync/relay-client';
import { erasePartsOf } from './erase-parts.ts';
import { lazily } from './lazily.ts';
import type { Opened } from './opened.ts';
import type { OwnerState } from './tab-owner.ts';
import type { Sharing } from './types.ts';

export interface SharingPart extends Sharing {
  /** There is a connection, or something new to carry: by the tab that has the connection. */
  readonly wake: () => void;
  /** This tab carries it. */
  readonly carry: () => void;
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
  let timer: ReturnType<typeof setTimeout> | undefined;

  function say(next: OwnerState['sharing']): void {
    phase = next.phase;
    moving = next.blocks;
    void opened.then(({ owner }) => {
      owner.say({ sharing: next });
    });
  }

  const sharing = lazily(async () => {
    const app = await opened;
    const { stores, tabs, workers, workspace } = app;
    const [{ createLogSharing }, { sharing, erasures }] = await Promise.all([import('#sync/share-log'), stores.log()]);
    return createLogSharing({
      ...{ relay, sharing, blocks: stores.blocks, device: workspace.device },
      now: () => Date.now(),
      onProgress(blocks) {
        say({ phase, blocks });
      },
      async erase() {
        if ((await erasures.unfinished()).length === 0) return;
        // It reads kept files, so the parsers come with it: not with the page.
        const { eraseHere } = await import('./erase-here.ts');
        const erased = await eraseHere(await erasePartsOf(app));
        if (!erased) return;
        events.onErased(erased.restarted);
        await workers.audience.refresh('anew').catch(() => {});
        tabs.tell('erased');
      },
      onChange(how) {
        // A worker that has stopped is of a tab that is closing.
        workers.audience.refresh(how).catch(() => {});
        tabs.tell(how === 'anew' ? 'audienceAnew' : 'audience');
      },
    });
  });

  async function recount(): Promise<void> {
    const { sharing } = await (await opened).stores.log();
    ({ pending, refused } = await sharing.counts());
  }

  async function run(): Promise<void> {
    const { tabs, owner } = await opened;
    const { share } = await sharing();
    do {
      again = false;
      if (!owner.isOwner()) return;
      say({ phase: 'sharing', blocks: undefined });
      const result = await tabs.exclusively('log', share);
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

  function carry(): void {
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
