/** What the import worker works with: Dexie, the port to the audience worker, the browser's locks, clock and randomness. */
import { wrap } from 'comlink';
import type { BlockId, ImportId } from '#domain/ids';
import { createDatabase } from '#storage/database';
import { createImportStore } from '#storage/import-store';
import type { ConnectImports } from './import-service.ts';
import { randomId } from './random-id.ts';
import type { PlanPort } from './worker-types.ts';

export const connectImports: ConnectImports = ({ workspace }, planning) => ({
  // What is promised is the entry, and that is the audience worker's to write.
  store: createImportStore(createDatabase(workspace, 'relaxed')),
  planning: wrap<PlanPort>(planning),
  // Absent on plain http over a LAN.
  locks: (navigator as Partial<Pick<Navigator, 'locks'>>).locks,
  lockPrefix: `fieldcast.${workspace}.`,
  newId: () => randomId() as ImportId,
  newBlockId: () => randomId() as BlockId,
  nowMs: () => Date.now(),
  onBug: (error) => {
    reportError(error);
  },
});
