/** What the audience worker works with: Dexie, the port to the import worker, the browser's language, clock and randomness. */
import { expose, transfer } from 'comlink';
import { createBlockStore } from '#storage/block-store';
import { createDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createSnapshotStore } from '#storage/snapshot-store';
import type { ConnectAudience } from './audience-service.ts';
import { later } from './lazily.ts';
import { randomId } from './random-id.ts';
import type { PlanPort } from './worker-types.ts';

export const connectAudience: ConnectAudience = ({ workspace }) => {
  const db = createDatabase(workspace);
  return {
    entries: createEntryStore(db),
    blocks: createBlockStore(db),
    imports: later(async () => (await import('#storage/import-store')).createImportStore(db)),
    receipts: later(async () => (await import('#storage/receipt-store')).createReceiptStore(db)),
    openLog(other) {
      const read = createDatabase(other);
      const close = () => {
        read.close();
      };
      return { entries: createEntryStore(read), blocks: createBlockStore(read), close };
    },
    nowMs: () => Date.now(),
    newId: () => randomId(),
    compareNames: new Intl.Collator().compare,
    pause: () => new Promise((resolve) => setTimeout(resolve)),
    snapshot: {
      snapshots: createSnapshotStore(db),
      later: (run) => {
        setTimeout(run, IDLE_MS);
      },
      startHelper: async (segments) =>
        segments < HELPED_SEGMENTS ? undefined : (await import('./texts-helper.ts')).startTextsHelper(),
      onlyHere: async (run) => {
        const name = `fieldcast.${workspace}.snapshot`;
        await navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? run() : undefined));
      },
    },
    serve: (port, planning) => {
      expose(withTransfer(planning), port);
    },
    onBug: (error) => {
      reportError(error);
    },
  };
};

/** Fewer are opened before another thread has started. */
const HELPED_SEGMENTS = 24;
/** After what was folded last: whoever has just opened the app or imported looks at it first. */
const IDLE_MS = 3_000;

/** What is said of the rows, and bytes of blocks, move to the import worker instead of being copied. */
function withTransfer(planning: PlanPort): PlanPort {
  return {
    ...planning,
    async plan(slice) {
      const planned = await planning.plan(slice);
      const { writes, outcomes, suppressed } = planned;
      const columns = writes ? [writes.at, writes.keys, writes.generations, writes.births, writes.cells] : [];
      return transfer(
        planned,
        [outcomes, suppressed, ...columns].map(({ buffer }) => buffer),
      );
    },
  };
}
