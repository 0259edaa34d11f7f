/** The relay's command to erase somebody, over HTTP, and what is left of her in its files: rows, blocks, bytes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockId, ContactId, EntryId } from '#domain/ids';
import { encodeRecipients, encodeRows } from '#log/block';
import { createContactIds } from '#log/contact-id';
import type { CommitBody, Entry, EntryBody } from '#log/types';
import type { LogPage } from '#protocol/log';
import { columnsOfRows, rowOf } from '#tests/builders/blocks';
import { entryOf } from '#tests/builders/entries';
import { readFolder } from '#tests/builders/stored-files';
import { claimOf, createRelayFixture, messageOf, recipientsOf, WEBHOOK, type RelayFixture } from './http-fixture.ts';

const PHONE = '+420777000111';
const CANARIES = ['777000111', 'Evelyn Canary'];
/** As the workspace of the fixture; a salt has 16 bytes. */
const SALT = 'AAECAwQFBgcICQoLDA0ODw';

let relay: RelayFixture;
let cookie: string;
const ids = createContactIds(Buffer.from(SALT, 'base64url'));
const eve = ids.idOf('phone', PHONE, 0);
const her = rowOf('phone', PHONE, { name: 'Evelyn Canary' });
const his = rowOf('phone', '+420777000112', { name: 'Adam' });

beforeEach(async () => {
  relay = await createRelayFixture();
  const claim = claimOf((await relay.links.createClaim(relay.clock.now)) ?? '');
  const answer = await relay.ask('POST', '/api/claim', {
    json: { ...claim, workspace: { ...claim.workspace, salt: SALT } },
  });
  cookie = /fieldcast=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? '';
  await relay.ask('POST', '/api/channels', { cookie, json: WEBHOOK });
});
afterEach(() => relay.close());

const push = (entries: readonly Entry[], cursor = 0) =>
  relay.ask('POST', '/api/log', { cookie, json: { device: 'device-a', cursor, entries } });
const pull = async (after = 0) =>
  (await (await relay.ask('GET', `/api/log?after=${String(after)}`, { cookie })).json()) as LogPage;
const erase = (contacts: readonly ContactId[] = [eve], key = 'erase-eve-please') =>
  relay.ask('POST', '/api/erasures', { cookie, json: { contacts }, headers: { 'idempotency-key': key } });

async function putBlock(
  id: string,
  block: { readonly bytes: Uint8Array<ArrayBuffer>; readonly hash: string },
  query = '',
) {
  return relay.ask('PUT', `/api/blocks/${id}${query}`, {
    ...{ cookie, body: block.bytes, headers: { 'x-block-hash': block.hash } },
  });
}

async function commit(id: string, rows: readonly (typeof her)[]): Promise<Entry> {
  const block = await encodeRows(columnsOfRows(rows));
  await putBlock(`block-of-${id}`, block);
  const body: CommitBody = {
    ...{ kind: 'commit', source: 'import', weight: 'strong', joins: [], leaves: [], newGroups: [] },
    blocks: [{ id: `block-of-${id}` as BlockId, hash: block.hash, rows: rows.length, sizeBytes: block.sizeBytes }],
  };
  return entryOf(body, { ms: relay.clock.now, id });
}
const hand = (id: string, row = her): Entry =>
  entryOf({ kind: 'change', row, joins: [], leaves: [] } satisfies EntryBody, { ms: relay.clock.now, id });

async function found(): Promise<readonly string[]> {
  const texts = await readFolder(relay.folder);
  return CANARIES.filter((canary) => texts.some((text) => text.includes(canary)));
}

async function sendTo(addresses: readonly string[], id = 'message-one'): Promise<Response> {
  const part = await recipientsOf(addresses);
  await relay.ask('POST', '/api/messages', { cookie, json: messageOf(id, [part]), headers: { 'idempotency-key': id } });
  return relay.ask('PUT', `/api/messages/${id}/parts/0`, { cookie, body: part.bytes });
}

describe('erasing at the relay', () => {
  it('[CON-10] nothing of her is left in rows, blocks or bytes, and everything of others is', async () => {
    await push([await commit('import-one', [her, his]), hand('by-hand'), hand('his', his)]);
    await putBlock('on-its-way', await encodeRows(columnsOfRows([her])), '?entry=import-two');
    await sendTo([PHONE, '+420777000112']);
    await relay.ask('POST', '/api/messages/message-one/complete', { cookie });
    const channel = await relay.store.channels('workspaceOne' as never);
    const report = Buffer.from('mobile=420777000111&state=ok');
    await relay.store.addCallback('workspaceOne' as never, channel[0]?.code ?? ('' as never), '{}', report, 1);
    expect(await found()).toEqual(CANARIES);

    const answer = await erase();
    expect(answer.status).toBe(202);
    await relay.erasures.settled();
    expect(await found()).toEqual([]);

    const { items } = await pull();
    expect(items.map(({ entry }) => entry.id).slice(0, 3)).toEqual(['import-one', 'by-hand', 'his']);
    expect(items[3]?.entry).toMatchObject({ body: { kind: 'erasure', contacts: [eve], keys: [eve] } });
    expect(items[3]?.entry.time).toBeGreaterThan(items[2]?.entry.time ?? Infinity);
    const [ref] = (items[0]?.entry.body as CommitBody).blocks;
    expect(ref?.rows).toBe(1);
    expect((await relay.ask('GET', `/api/blocks/${ref?.id ?? ''}`, { cookie })).status).toBe(200);
    expect((await relay.ask('GET', '/api/blocks/block-of-import-one', { cookie })).status).toBe(404);
    const missing = await relay.ask('POST', '/api/blocks/missing', { cookie, json: { ids: ['on-its-way'] } });
    expect(await missing.json()).toEqual({ missing: ['on-its-way'] });
  });

  it('[SYN-3] the same key is the same erasure, and an entry is told as it stands now', async () => {
    await push([await commit('import-one', [her, his])]);
    const first = (await (await erase()).json()) as { entry: EntryId };
    expect(await (await erase()).json()).toEqual(first);
    await relay.erasures.settled();
    expect((await pull()).cursor).toBe(2);
    const asked = { cookie, json: { ids: ['import-one', 'unknown'] } };
    const { entries } = (await (await relay.ask('POST', '/api/log/entries', asked)).json()) as { entries: Entry[] };
    expect(entries).toEqual([(await pull()).items[0]?.entry]);
  });

  it('[CON-10] an erasure that it lacks it takes from the owner, at its own time, once, and carries it out', async () => {
    await push([await commit('import-one', [her, his])]);
    const body = { kind: 'erasure', contacts: [eve], keys: [eve] } satisfies EntryBody;
    const entry = entryOf(body, { ms: relay.clock.now + 1, id: 'erased-before' });
    relay.clock.now += 60_000;
    await push([hand('since', rowOf('phone', PHONE, { name: 'Newcomer' }, { generation: 1 }))]);
    const again = (entries: readonly unknown[]) =>
      relay.ask('POST', '/api/erasures/again', { cookie, json: { entries } });
    expect((await again([entry, hand('no-erasure')])).status).toBe(400);
    expect((await again([{ ...entry, time: Number.MAX_SAFE_INTEGER }])).status).toBe(400);
    for (let said = 0; said < 2; said += 1) {
      expect((await again([entry])).status).toBe(202);
      await relay.erasures.settled();
    }
    const { items } = await pull();
    expect(items.map(({ entry: each }) => each.id)).toEqual(['import-one', 'since', 'erased-before']);
    expect(items[2]?.entry).toMatchObject({ time: entry.time, body });
    // What was written since, in knowledge of it, stays: her number is somebody else's.
    expect(items[1]?.entry.body).toMatchObject({ row: { cells: { name: 'Newcomer' } } });
    expect(await found()).toEqual(['777000111']);
  });

  it('[CON-10] until all is done nobody gets log or blocks', async () => {
    await push([await commit('import-one', [her, his])]);
    await erase();
    const asked = await Promise.all([
      relay.ask('GET', '/api/log', { cookie }),
      relay.ask('GET', '/api/blocks/block-of-import-one', { cookie }),
      relay.ask('POST', '/api/log/entries', { cookie, json: { ids: ['import-one'] } }),
    ]);
    expect(await Promise.all(asked.map((one) => one.json()))).toEqual(asked.map(() => ({ problem: 'erasing' })));
    await relay.erasures.settled();
    expect((await relay.ask('GET', '/api/log', { cookie })).status).toBe(200);
  });

  it('[CON-10] a device that does not know of it brings nothing back', async () => {
    await push([await commit('import-one', [his])]);
    await erase();
    await relay.erasures.settled();
    const block = await encodeRows(columnsOfRows([her]));
    expect((await putBlock('stale', block)).status).toBe(409);
    expect((await putBlock('stale', block, '?cursor=1')).status).toBe(409);
    expect((await push([hand('stale-edit')], 1)).status).toBe(409);
    expect((await sendTo([PHONE, '+420777000112'])).status).toBe(201);
    expect(await found()).toEqual([]);
    // Who knows of it may say that the phone is somebody's.
    expect((await putBlock('knowing', block, '?cursor=2')).status).toBe(201);
  });

  it('[CON-10] cut off at its beginning it is taken up by the next start', async () => {
    await push([await commit('import-one', [her, his])]);
    const body = { kind: 'erasure', contacts: [eve], keys: [eve] } as const;
    const request = {
      workspace: 'workspaceOne',
      key: 'before-the-kill',
      entry: 'erasure-one',
      device: 'relay',
      author: 'm',
      body,
    };
    await relay.store.beginErasure({ ...request, now: relay.clock.now } as never);
    expect(await found()).toEqual(CANARIES);
    await relay.erasures.takeUp();
    expect((await relay.ask('GET', '/api/log', { cookie })).status).toBe(503);
    await relay.erasures.settled();
    expect(await found()).toEqual([]);
    expect(await relay.store.unfinishedErasures()).toEqual([]);
  });

  it('[MSG-10] recipients in a block of who was messaged keep their places', async () => {
    const { bytes, hash, ...ref } = await encodeRecipients({
      ...{ kind: 'recipients', count: 2, contacts: [eve, his.id ?? ids.idOf('phone', '+420777000112', 0)] },
      ...{ addresses: [PHONE, '+420777000112'], variables: {} },
    });
    await putBlock('sent', { bytes, hash });
    const body = {
      kind: 'messaged',
      message: 'm',
      channelType: 'sms',
      blocks: [{ id: 'sent', hash, ...ref }],
    } as const;
    await push([entryOf(body, { ms: relay.clock.now, id: 'messaged-m' })]);
    await erase();
    await relay.erasures.settled();
    expect(((await pull()).items[0]?.entry.body as unknown as CommitBody).blocks[0]?.rows).toBe(2);
    expect(await found()).toEqual([]);
  });
});
