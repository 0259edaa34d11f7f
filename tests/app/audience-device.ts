/** The audience service over a database in memory, as the worker has it but for the worker. */
import type { DeviceId, WorkspaceId } from '#domain/ids';
import { createAudienceService, type AudienceParts } from '#app/audience-service';
import type { AudienceWorker, PlanPort } from '#app/worker-types';
import { createBlockStore } from '#storage/block-store';
import type { AppDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createImportStore } from '#storage/import-store';
import { createReceiptStore } from '#storage/receipt-store';

export interface AudienceDevice {
  readonly audience: AudienceWorker;
  readonly planning: PlanPort;
  /** As the page was told, in order. */
  readonly told: { readonly version: number; readonly total: number; readonly loading: string }[];
  readonly parts: AudienceParts;
  /** For opening it anew. */
  readonly workspace: { readonly id: WorkspaceId; readonly db: AppDatabase };
}

let made = 0;

/** A second one of the same workspace is a second tab. */
export async function audienceDevice(
  { id, db }: { readonly id: WorkspaceId; readonly db: AppDatabase },
  change: Partial<AudienceParts> = {},
): Promise<AudienceDevice> {
  let nowMs = 1_790_000_000_000;
  let planning: PlanPort | undefined;
  const parts: AudienceParts = {
    entries: createEntryStore(db),
    blocks: createBlockStore(db),
    imports: createImportStore(db),
    receipts: createReceiptStore(db),
    openLog: () => {
      throw new Error('no other workspace here');
    },
    nowMs: () => (nowMs += 1),
    newId: () => `id-${String((made += 1))}`,
    compareNames: new Intl.Collator('en').compare,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    serve: (_, port) => {
      planning = port;
    },
    onBug: (error) => {
      throw error;
    },
    ...change,
  };
  const audience = createAudienceService(() => parts);
  const told: AudienceDevice['told'] = [];
  const device = 'device' as DeviceId;
  await audience.open({ workspace: id, device, salt: 'AAECAwQFBgcICQoLDA0ODw' }, (state) => told.push(state));
  await audience.servePlanning(new MessageChannel().port1 as unknown as MessagePort);
  if (!planning) throw new Error('planning is not served');
  return { audience, planning, told, parts, workspace: { id, db } };
}
