/**
 * What is saved here and not shared, what the relay refused, and what it waits for from other devices (SYN-9), as a list
 * that can be read. Nothing is changed here.
 */
import type { ContactId, EntryId } from '#domain/ids';
import { knownBody } from '#log/entry';
import { msOfTime } from '#log/time';
import type { BlockRef, ChangeBody } from '#log/types';
import type { EntryRow } from '#storage/types';
import type { RelayClient } from '#sync/relay-client';
import type { Opened } from './opened.ts';
import type { WaitingEntry, WaitingList } from './types.ts';
import type { LoggedImport } from './worker-types.ts';

/** Read by a person: the first of them are enough, and the number says how many there are. */
const SHOWN = 200;

export async function readWaiting(app: Opened, relay: Pick<RelayClient, 'uploads'>): Promise<WaitingList> {
  const { stores, workers } = app;
  const { sharing } = await stores.log();
  const [pending, refused, counts, imports, uploads] = await Promise.all([
    sharing.pending(SHOWN),
    sharing.refused(),
    sharing.counts(),
    workers.audience.imports(),
    relay.uploads(),
  ]);
  // Of what was refused the blocks are announced all the same; it will not come.
  const apart = new Set(refused.map(({ id }) => id));
  const announced = uploads.kind === 'answer' ? uploads.value.uploads.filter(({ entry }) => !apart.has(entry)) : [];
  const toShown = (rows: readonly EntryRow[]) => Promise.all(rows.map((row) => entryToShown(app, row)));
  return {
    pending: (await toShown(pending)).reverse(),
    total: counts.pending,
    refused: (await toShown(refused.slice(-SHOWN))).reverse(),
    uploads: uploadsToShown(app, imports, announced),
  };
}

async function entryToShown({ workers }: Opened, { id, entry, refusal }: EntryRow): Promise<WaitingEntry> {
  const contact = async (said: ChangeBody): Promise<WaitingEntry['what']> => {
    const known = said.row.id === undefined ? undefined : await workers.audience.contact(said.row.id);
    const cells = known?.cells ?? said.row.cells;
    return {
      kind: 'change',
      contact: said.row.id ?? ('' as ContactId),
      name: cells.name ?? cells.phone ?? cells.email ?? cells.userId ?? said.row.keyValue,
      cells: Object.keys(said.row.cells),
    };
  };
  const what = async (): Promise<WaitingEntry['what']> => {
    const body = knownBody(entry);
    switch (body?.kind) {
      case 'change':
        return contact(body);
      case 'commit':
        return { kind: body.source, rows: rowsOf(body.blocks), fileName: body.fileName ?? '' };
      case 'messaged':
        return { kind: 'messaged', rows: rowsOf(body.blocks) };
      case 'undo':
        return { kind: body.undone ? 'undo' : 'redo' };
      case 'merge':
        return { kind: 'merge' };
      case 'erasure':
      case undefined:
        return { kind: 'other' };
    }
  };
  return { id, atMs: msOfTime(entry.time), what: await what(), ...(refusal && { reason: refusal }) };
}

const rowsOf = (blocks: readonly BlockRef[]): number => blocks.reduce((sum, { rows }) => sum + rows, 0);

/** What the relay has announced and what this fold waits for are mostly the same; each is said once. */
function uploadsToShown(
  { workspace }: Opened,
  imports: readonly LoggedImport[],
  announced: readonly { entry: EntryId; device: string; blocks: number; since: number }[],
): WaitingList['uploads'] {
  const undone = new Set(imports.filter(({ state }) => state === 'undone').map(({ entry }) => entry));
  const whose = (device: string) => (device === workspace.device ? 'here' : 'elsewhere');
  const here = imports
    .filter(({ entry, state }) => state === 'waiting' && !announced.some((each) => each.entry === entry))
    .map(({ entry, device, fileName }) => ({ entry, device: whose(device), blocks: 0, fileName }) as const);
  return [
    ...announced
      .filter(({ entry }) => !undone.has(entry))
      .map(({ entry, device, blocks, since }) => ({ entry, device: whose(device), blocks, since }) as const),
    ...here,
  ];
}
