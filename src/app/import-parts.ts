/** What the import worker works with: Dexie, the port to the audience worker, the browser's locks, clock and randomness. */
import { transfer, wrap } from 'comlink';
import { joinColumns, joined } from '#audience/slice-texts';
import type { BlockId, ImportId } from '#domain/ids';
import { createContactIds } from '#log/contact-id';
import { createSipHash } from '#log/siphash';
import { createDatabase, type AppDatabase } from '#storage/database';
import { createImportStore } from '#storage/import-store';
import { createMetaStore } from '#storage/meta-store';
import type { ConnectImports, ImportParts } from './import-service.ts';
import type { Planning } from './import-run.ts';
import { fromBase64Url, randomId } from './random-id.ts';
import type { CheckedSlice, PlanPort } from './worker-types.ts';

export const connectImports: ConnectImports = ({ workspace, salt }, planning) => ({
  // What is promised is the entry, and that is the audience worker's to write.
  ...createStores(createDatabase(workspace, 'relaxed')),
  planning: withTransfer(wrap<PlanPort>(planning)),
  // Absent on plain http over a LAN.
  locks: (navigator as Partial<Pick<Navigator, 'locks'>>).locks,
  lockPrefix: `fieldcast.${workspace}.`,
  newId: () => randomId() as ImportId,
  newBlockId: () => randomId() as BlockId,
  ...createHashes(salt),
  nowMs: () => Date.now(),
  onBug: (error) => {
    reportError(error);
  },
});

function createStores(db: AppDatabase): Pick<ImportParts, 'store' | 'meta'> {
  return { store: createImportStore(db), meta: createMetaStore(db) };
}

/** Ahead of headings in the hashed bytes: apart from all that `contact-id.ts` hashes by this salt. */
const HEADINGS = 32;

function createHashes(salt: string): Pick<ImportParts, 'hashOfKey' | 'hashOfHeadings' | 'tagId'> {
  const ids = createContactIds(fromBase64Url(salt));
  const sip = createSipHash(fromBase64Url(salt));
  return {
    hashOfKey: (field, value) => ids.idOf(field, value, 0),
    tagId: ids.tagId,
    hashOfHeadings(text) {
      sip.hash(text, HEADINGS, 1);
      return `${sip.high.toString(16)}.${sip.low.toString(16)}`;
    },
  };
}

/** Texts go as memory is copied, and a block's bytes move to the audience worker instead of being copied. */
function withTransfer(planning: Planning): Planning {
  const calls: Pick<Planning, 'plan' | 'pack'> = {
    plan: (slice) => planning.plan(joinedSlice(slice)),
    pack: (written, rows) => planning.pack(transfer(written, [written.buffer]), rows),
  };
  return new Proxy(planning, {
    get: (target, name: keyof Planning) => (name === 'plan' || name === 'pack' ? calls[name] : target[name]),
  });
}

const joinedSlice = ({ columns, others, ...slice }: CheckedSlice): CheckedSlice => ({
  ...slice,
  columns: joinColumns(columns),
  ...(others && { others: { ...others, values: joined(others.values) } }),
});
