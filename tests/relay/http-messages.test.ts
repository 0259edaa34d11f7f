/** Intake over HTTP (MSG-7): one message a key whatever is repeated, and nothing believed that was not checked. */
import { deflateRawSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContactId } from '#domain/ids';
import { encodeRecipients } from '#log/block';
import { PART_BYTES } from '#protocol/api';
import { WEBHOOK, createRelayFixture, messageOf, recipientsOf, sha256, type RelayFixture } from './http-fixture.ts';

let relay: RelayFixture;
let cookie: string;
beforeEach(async () => {
  relay = await createRelayFixture();
  cookie = await relay.claim();
  await relay.ask('POST', '/api/channels', { cookie, json: WEBHOOK });
});
afterEach(() => relay.close());

const ID = 'draft-one-1';
const ONE_RECIPIENT = { kind: 'recipients' as const, count: 1, contacts: ['0'.repeat(16) as ContactId], variables: {} };
const announce = (message: { id: string }, key: string | undefined = message.id) =>
  relay.ask('POST', '/api/messages', {
    cookie,
    json: message,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  });
const put = (index: number | string, body: Uint8Array<ArrayBuffer>, headers = {}) =>
  relay.ask('PUT', `/api/messages/${ID}/parts/${index}`, { cookie, body, headers });
const complete = () => relay.ask('POST', `/api/messages/${ID}/complete`, { cookie });
const said = async (answer: Response) => [answer.status, await answer.json()];

describe('intake', () => {
  it('[MSG-7] frame, parts, complete: then it is accepted, once', async () => {
    const parts = [await recipientsOf(['+420601000001', '+420601000002']), await recipientsOf(['+420601000003'])];
    const message = messageOf(ID, parts);
    expect(await said(await announce(message))).toEqual([201, { state: 'receiving', missingParts: [0, 1] }]);
    expect(await said(await complete())).toEqual([409, { problem: 'partsMissing' }]);
    expect((await put(1, parts[1]!.bytes, { 'x-part-hash': parts[1]!.hash })).status).toBe(201);
    expect(await said(await announce(message))).toEqual([200, { state: 'receiving', missingParts: [0] }]);
    expect((await put(0, parts[0]!.bytes)).status).toBe(201);
    expect((await put(0, parts[0]!.bytes)).status).toBe(200);
    expect(await said(await complete())).toEqual([202, { state: 'accepted', recipients: 3 }]);
    expect(await said(await complete())).toEqual([202, { state: 'accepted', recipients: 3 }]);
    expect(await said(await announce(message))).toEqual([200, { state: 'accepted', missingParts: [] }]);
    expect(relay.calls.queued).toBeGreaterThan(0);
    const { messages } = (await (await relay.ask('GET', '/api/messages', { cookie })).json()) as {
      messages: Record<string, unknown>[];
    };
    expect(messages).toEqual([
      expect.objectContaining({ id: ID, state: 'queued', planned: 3, effective: 3, recipients: 3 }),
    ]);
    expect(messages[0]).not.toHaveProperty('author');
    expect(await (await relay.ask('GET', `/api/messages/${ID}`, { cookie })).json()).toEqual(messages[0]);
  });

  it('[MSG-7] without a key, or with another than the id, nothing is taken', async () => {
    const message = messageOf(ID, [await recipientsOf(['+420601000001'])]);
    const withoutKey = await relay.ask('POST', '/api/messages', { cookie, json: message });
    expect(await said(withoutKey)).toEqual([400, { problem: 'keyMissing' }]);
    expect(await said(await announce(message, 'another-key'))).toEqual([422, { problem: 'keyReused' }]);
    expect((await relay.ask('GET', `/api/messages/${ID}`, { cookie })).status).toBe(404);
  });

  it('[MSG-7] the same key with another message is refused, and the first stands', async () => {
    const parts = [await recipientsOf(['+420601000001'])];
    await announce(messageOf(ID, parts, 'Hello'));
    expect(await said(await announce(messageOf(ID, parts, 'Goodbye')))).toEqual([422, { problem: 'keyReused' }]);
  });

  it('[MSG-7] a channel that is gone takes no new message, and a known one is still known', async () => {
    const parts = [await recipientsOf(['+420601000001'])];
    await announce(messageOf(ID, parts));
    await relay.ask('DELETE', '/api/channels/hook1', { cookie });
    expect((await announce(messageOf(ID, parts))).status).toBe(200);
    expect(await said(await announce(messageOf('draft-two-1', parts)))).toEqual([409, { problem: 'channelGone' }]);
  });

  it('[MSG-7] content that the channel does not carry is refused', async () => {
    const message = messageOf(ID, [await recipientsOf(['+420601000001'])]);
    const email = { ...message, content: { kind: 'email', subject: 'x', text: 'y' } };
    expect(await said(await announce(email))).toEqual([400, { problem: 'malformed' }]);
  });
});

describe('parts', () => {
  async function announceOne(part: { hash: string; rows: number }) {
    await announce(messageOf(ID, [part]));
  }

  it('[MSG-7] bytes altered on the way are refused and can be sent again', async () => {
    const part = await recipientsOf(['+420601000001']);
    await announceOne(part);
    const altered = part.bytes.slice();
    altered[0] = (altered[0] ?? 0) ^ 1;
    expect(await said(await put(0, altered, { 'x-part-hash': part.hash }))).toEqual([422, { problem: 'partMismatch' }]);
    expect((await put(0, part.bytes, { 'x-part-hash': part.hash })).status).toBe(201);
  });

  it('[MSG-7] a sound part that the message did not name is refused', async () => {
    const part = await recipientsOf(['+420601000001']);
    const other = await recipientsOf(['+420601000002']);
    await announceOne(part);
    expect(await said(await put(0, other.bytes))).toEqual([422, { problem: 'partMismatch' }]);
    expect(await said(await put(1, part.bytes))).toEqual([422, { problem: 'partMismatch' }]);
    expect((await put('-1', part.bytes)).status).toBe(400);
    expect((await put('1e3', part.bytes)).status).toBe(400);
  });

  it('[MSG-7] a part whose count is not the one announced is refused', async () => {
    const part = await recipientsOf(['+420601000001', '+420601000002']);
    await announceOne({ ...part, rows: 3 });
    expect(await said(await put(0, part.bytes))).toEqual([422, { problem: 'partMismatch' }]);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', new Uint8Array(Buffer.from('not a block'))],
    ['JSON of another kind', new Uint8Array(deflateRawSync('{"format":1,"kind":"rows","count":0}'))],
    ['a bomb of 200 MB', new Uint8Array(deflateRawSync(Buffer.alloc(200_000_000, 0x20)))],
  ])('[MSG-7] a part of %s is refused', async (_name, bytes) => {
    await announceOne({ hash: sha256(bytes), rows: 1 });
    expect(await said(await put(0, bytes))).toEqual([400, { problem: 'malformed' }]);
  });

  it.each([
    ['no contact id', { contacts: ['not-an-id' as ContactId] }],
    ['an address of 201 characters', { addresses: ['x'.repeat(201)] }],
    ['a line end in an address', { addresses: ['a@example.com\r\nBcc: b@example.com'] }],
    ['a value of 2,001 characters', { variables: { name: ['x'.repeat(2_001)] } }],
    ['fewer addresses than contacts', { addresses: [] }],
  ])('[MSG-7] a recipient with %s is refused', async (_name, change) => {
    const part = await encodeRecipients({ ...ONE_RECIPIENT, addresses: ['a@example.com'], ...change });
    await announceOne({ hash: part.hash, rows: 1 });
    expect(await said(await put(0, part.bytes))).toEqual([400, { problem: 'malformed' }]);
  });

  it('[CON-10] a recipient whose address an erasure blanked before the message left is taken', async () => {
    const part = await encodeRecipients({ ...ONE_RECIPIENT, addresses: [''] });
    await announceOne({ hash: part.hash, rows: 1 });
    expect((await put(0, part.bytes)).status).toBe(201);
  });

  it('[MSG-7] a part of more than 4 MB is not read', async () => {
    await announceOne(await recipientsOf(['+420601000001']));
    expect(await said(await put(0, new Uint8Array(PART_BYTES + 1)))).toEqual([413, { problem: 'tooLarge' }]);
  });
});

describe('receipts', () => {
  it('[MSG-10] an empty page answers the cursor it was asked after', async () => {
    const answer = await relay.ask('GET', '/api/receipts?after=7', { cookie });
    expect(await said(answer)).toEqual([200, { items: [], cursor: 7 }]);
  });

  it('[MSG-10] the feed is compressed where that is asked for', async () => {
    const answer = await relay.ask('GET', '/api/receipts', { cookie, headers: { 'accept-encoding': 'gzip' } });
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    const text = gunzipSync(Buffer.from(await answer.arrayBuffer())).toString();
    expect(JSON.parse(text)).toEqual({ items: [], cursor: 0 });
  });

  it.each(['after=-1', 'after=x', 'after=1.5', 'after=99999999999999999', 'limit=0', 'limit=2001'])(
    '[MSG-10] ?%s is refused',
    async (query) => {
      expect((await relay.ask('GET', `/api/receipts?${query}`, { cookie })).status).toBe(400);
    },
  );
});
