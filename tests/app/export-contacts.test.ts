import { expect, test } from 'vitest';
import { exportContacts, type ExportParts } from '#app/export-contacts';
import { createExportService } from '#app/export-service';
import type { Contact, ContactWindow, WindowRequest } from '#audience/types';
import type { ContactId } from '#domain/ids';

const people = (count: number): Contact[] =>
  Array.from({ length: count }, (_, at) => ({
    ...{ id: String(at) as ContactId, cells: { phone: `+4206${String(10_000_000 + at)}` }, groups: [] },
    ...{ createdAt: 0, changedAt: 0 },
  }));
const REQUEST = { format: 'csv', language: 'en', groupNames: new Map(), scoped: [], characteristics: [] } as const;
const LIST = { kind: 'list', filter: {}, sort: { by: 'createdAt', order: 'down' } } as const;

/** A list that is another after each of the first `changes` windows. */
function partsOf(list: () => readonly Contact[], changes = 0, stopAfter = Infinity): ExportParts & { told: number[] } {
  const service = createExportService();
  const stop = new AbortController();
  const told: number[] = [];
  let asked = 0;
  const window = ({ offset, limit }: WindowRequest): Promise<ContactWindow> => {
    asked += 1;
    if (asked >= stopAfter) stop.abort();
    const all = list();
    const version = Math.min(asked, changes + 1);
    return Promise.resolve({ version, total: all.length, offset, contacts: all.slice(offset, offset + limit) });
  };
  const chosenWindow: ExportParts['contacts']['chosenWindow'] = (chosen, offset, limit) => {
    const all = 'contacts' in chosen ? chosen.contacts : [];
    const contacts = all.slice(offset, offset + limit).map((id) => ({ ...(people(1)[0] as Contact), id }));
    return Promise.resolve({ version: 1, total: all.length, offset, contacts });
  };
  return {
    contacts: { window, chosenWindow },
    worker: service as unknown as ExportParts['worker'],
    onProgress: (done) => told.push(done),
    signal: stop.signal,
    told,
  };
}

const phonesOf = async (file: Blob) => (await file.text()).match(/\+\d+/g) ?? [];

test('[IMP-13] a list of several windows is whole, in its order, and says how far it is', async () => {
  const list = people(4_500);
  const parts = partsOf(() => list);
  const result = await exportContacts(REQUEST, LIST, parts);
  expect(result).toMatchObject({ kind: 'file', contacts: 4_500 });
  expect(parts.told).toEqual([2_000, 4_000, 4_500]);
  expect(result.kind === 'file' && (await phonesOf(result.file))).toEqual(list.map(({ cells }) => cells.phone));
});

test('[IMP-13] a list that changes while it is read begins anew: nobody is missing, nobody twice', async () => {
  let list = people(4_500);
  const parts = partsOf(() => {
    const before = list;
    if (list.length === 4_500) list = people(4_501);
    return before;
  }, 1);
  const result = await exportContacts(REQUEST, LIST, parts);
  expect(result).toMatchObject({ kind: 'file', contacts: 4_501 });
  expect(result.kind === 'file' && (await phonesOf(result.file))).toHaveLength(4_501);
});

test('[IMP-13] one that never rests makes no file, and neither does one that was stopped', async () => {
  const list = people(4_500);
  expect(
    await exportContacts(
      REQUEST,
      LIST,
      partsOf(() => list, 1_000),
    ),
  ).toEqual({ kind: 'restless' });
  expect(
    await exportContacts(
      REQUEST,
      LIST,
      partsOf(() => list, 0, 2),
    ),
  ).toEqual({ kind: 'cancelled' });
});

test('[IMP-13] those that were chosen, whatever the list shows', async () => {
  const contacts = people(3).map(({ id }) => id);
  const result = await exportContacts(
    REQUEST,
    { kind: 'chosen', chosen: { contacts } },
    partsOf(() => []),
  );
  expect(result.kind === 'file' && (await phonesOf(result.file))).toHaveLength(3);
});
