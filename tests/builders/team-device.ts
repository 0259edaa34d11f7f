/**
 * A device of a team in a test: the audience service over a database of its own, imports by the app's own planner, and
 * rounds of sharing with a relay. Each device has its own clock, so that a case can say what happened when.
 */
import { planSlice } from '#app/import-run';
import { createAudienceService, type AudienceParts } from '#app/audience-service';
import type { AudienceWorker, PlanPort } from '#app/worker-types';
import type { Contact, Field } from '#domain/contact';
import type { BlockId, ContactId, DeviceId, EntryId, GroupId, ImportId } from '#domain/ids';
import { ROW_OUTCOMES, type ConflictRule, type ImportFigures, type ImportSettings } from '#import/types';
import type { EntryBody, Row } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createEntryStore } from '#storage/entry-store';
import { createImportStore } from '#storage/import-store';
import { createReceiptStore } from '#storage/receipt-store';
import { createSharingStore } from '#storage/sharing-store';
import type { ImportRow } from '#storage/types';
import { createLogSharing, type ShareDeps } from '#sync/share-log';
import { testDatabase } from '#tests/storage/workspace';

export type FileRow = { readonly [F in Field]?: string };
export type TeamDevice = Awaited<ReturnType<typeof openTeamDevice>>;

export interface TeamImport {
  readonly conflicts?: ConflictRule;
  readonly groups?: readonly GroupId[];
  /** Rows of a block. */
  readonly slice?: number;
}

const SLICE = 1_000;
/** In the wizard the reading is asked for; planning looks at the rest alone. */
const READING: ImportSettings['reading'] = {
  format: 'text',
  encoding: 'utf-8',
  delimiter: ',',
  sheets: [],
  header: 'firstRow',
};
const NO_FIGURES: ImportFigures = {
  ...{ new: 0, changed: 0, unchanged: 0, twice: 0, ignored: 0, error: 0, rows: 0, suppressed: 0 },
};

let made = 0;

/** `nowMs`: this device's clock at the beginning. */
export async function openTeamDevice(relay: ShareDeps['relay'], name: string, nowMs: number) {
  const { id: workspace, db } = testDatabase();
  const device = name as DeviceId;
  const clock = { nowMs };
  let planning: PlanPort | undefined;
  const parts: AudienceParts = {
    ...{ entries: createEntryStore(db), blocks: createBlockStore(db), imports: createImportStore(db) },
    receipts: createReceiptStore(db),
    nowMs: () => clock.nowMs,
    newId: () => `${name}-${String((made += 1))}`,
    compareNames: new Intl.Collator('en').compare,
    pause: () => new Promise((resolve) => setImmediate(resolve)),
    serve: (_, port) => {
      planning = port;
    },
    openLog: () => {
      throw new Error('no other workspace here');
    },
    onBug: (error) => {
      throw error;
    },
  };
  const audience: AudienceWorker = createAudienceService(() => parts);
  await audience.open({ workspace, device, salt: 'AAECAwQFBgcICQoLDA0ODw' }, () => undefined);
  await audience.servePlanning(new MessageChannel().port1 as unknown as MessagePort);
  const sharing = createSharingStore(db);
  const heard: ('more' | 'anew')[] = [];
  const { share } = createLogSharing({
    ...{ relay, sharing, blocks: parts.blocks, device, now: () => clock.nowMs },
    onChange: (how) => heard.push(how),
  });

  const own = {
    device,
    audience,
    sharing,
    blocks: parts.blocks,
    entries: parts.entries,
    /** Right or wrong. */
    clock,

    async share() {
      const result = await share();
      for (const how of heard.splice(0)) await audience.refresh(how);
      return result;
    },

    /** From rows to the tap, as the two workers do it; answers the commit's entry and the figures before. */
    async import(rows: readonly FileRow[], { conflicts = 'overwrite', groups = [], slice = SLICE }: TeamImport = {}) {
      if (!planning) throw new Error('planning is not served');
      const id = `${name}${String((made += 1))}` as ImportId;
      const settings: ImportSettings = {
        ...{ reading: READING, fields: [], country: 'CZ', consent: 'unknown', existing: 'all' },
        ...{ conflicts, groups, newGroups: [] },
      };
      const begun: ImportRow = {
        ...{
          id,
          fileName: `${id}.csv`,
          fileSizeBytes: rows.length,
          settings,
          startedAt: 1,
          phase: 'checking',
          blocks: [],
        },
        checkpoint: { rowsDone: 0, byteOffset: 0, chunks: 0, figures: NO_FIGURES },
      };
      await parts.imports.begin(begun, new Blob([]));
      const { version } = await planning.beginPlan(id, settings, []);
      const figures: Record<string, number> = { ...NO_FIGURES };
      const fields = [...new Set(rows.flatMap((row) => Object.keys(row)))] as Field[];
      for (let at = 0, index = 0; at < rows.length; at += slice, index += 1) {
        const some = rows.slice(at, at + slice);
        const columns = Object.fromEntries(fields.map((field) => [field, some.map((row) => row[field] ?? '')]));
        const newBlockId = () => `block-${name}-${String((made += 1))}` as BlockId;
        const { plan, block } = await planSlice(id, { count: some.length, columns }, { planning, newBlockId });
        for (const outcome of plan.outcomes)
          figures[ROW_OUTCOMES[outcome] ?? ''] = (figures[ROW_OUTCOMES[outcome] ?? ''] ?? 0) + 1;
        const { outcomes, suppressed } = plan;
        await parts.imports.addChunk(
          { importId: id, index, byteStart: 0, byteEnd: 0, firstRow: at, outcomes, suppressed, problems: [] },
          { rowsDone: at + some.length, byteOffset: 0, chunks: index + 1, figures: NO_FIGURES },
          block,
        );
      }
      const { blocks } = (await parts.imports.get(id)) as ImportRow;
      if ((await planning.commit(id, `${id}.csv`, settings, blocks, version)) === 'changed')
        throw new Error('the audience changed under the plan');
      return { entry: `import-${id}` as EntryId, figures };
    },

    async write(body: EntryBody): Promise<EntryId> {
      const id = parts.newId() as EntryId;
      await parts.entries.add({ id, device, body }, clock.nowMs);
      await audience.refresh();
      return id;
    },
    undo: (of: EntryId) => own.write({ kind: 'undo', of, undone: true }),
    redo: (of: EntryId) => own.write({ kind: 'undo', of, undone: false }),

    /** A change by hand of somebody who is here: named by the id, beside a key that he has. */
    async edit(id: ContactId, cells: Row['cells']): Promise<EntryId> {
      const { cells: held } = (await audience.contact(id)) as Contact;
      const key = (['userId', 'phone', 'email'] as const).find((field) => held[field] !== undefined) ?? 'phone';
      const row: Row = { key, keyValue: held[key] ?? '', generation: 0, id, birth: false, cells };
      return own.write({ kind: 'change', row, joins: [], leaves: [] });
    },

    async people(group?: GroupId): Promise<readonly Contact[]> {
      const filter = { status: 'all' as const, ...(group && { group }) };
      const request = { filter, sort: { by: 'name', order: 'up' }, offset: 0, limit: 200_000 } as const;
      return (await audience.window(request)).contacts;
    },
    async named(called: string): Promise<Contact> {
      const found = (await own.people()).filter(({ cells }) => cells.name === called);
      if (found.length !== 1 || !found[0]) throw new Error(`${String(found.length)} are called ${called}`);
      return found[0];
    },
  };
  return own;
}

/** Rounds in turn until everybody has everything. */
export async function meet(...devices: readonly TeamDevice[]): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) for (const device of devices) await device.share();
}
