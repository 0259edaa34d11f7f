/** Pushing, pulling and blocks over HTTP, as a device does it. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PUSH_BYTES, PUSH_ENTRIES } from '#protocol/constants';
import { BLOCK_BYTES, type LogPage, type PushAnswer } from '#protocol/log';
import { entryOf } from '#tests/builders/entries';
import { createRelayFixture, sha256, type Ask, type RelayFixture } from './http-fixture.ts';

let relay: RelayFixture;
let cookie: string;
let member: string;
beforeEach(async () => {
  relay = await createRelayFixture();
  cookie = await relay.claim();
  const session = await relay.ask('GET', '/api/session', { cookie });
  ({ member } = ((await session.json()) as { actor: { member: string } }).actor);
});
afterEach(() => relay.close());

const undo = (id: string) => entryOf({ kind: 'undo', of: 'an-import', undone: true }, { ms: relay.clock.now, id });
const said = async (answer: Response) => [answer.status, await answer.json()];
const push = (entries: readonly unknown[], more: object = {}) =>
  relay.ask('POST', '/api/log', { cookie, json: { device: 'device-a', cursor: 0, entries, ...more } });
const pull = async (query: string) =>
  (await (await relay.ask('GET', `/api/log${query}`, { cookie })).json()) as LogPage;
const putBlock = (id: string, body: string, ask: Ask = {}, query = '') =>
  relay.ask('PUT', `/api/blocks/${id}${query}`, { cookie, body, headers: { 'x-block-hash': sha256(body) }, ...ask });
const getBlock = (id: string) => relay.ask('GET', `/api/blocks/${id}`, { cookie });

describe('log over HTTP', () => {
  it('[SYN-9] what is pushed is pulled, with author, clock and incarnation', async () => {
    const answer = (await (await push([undo('one'), 'no entry', undo('two')])).json()) as PushAnswer;
    const clock = { nowMs: relay.clock.now, incarnation: await relay.store.incarnation() };
    expect(answer).toEqual({
      ...clock,
      results: [
        { id: 'one', result: 'taken', position: 1 },
        { id: '', result: 'refused', reason: 'form' },
        { id: 'two', result: 'taken', position: 2 },
      ],
    });
    expect(await pull('')).toEqual({
      ...clock,
      items: ['one', 'two'].map((id, at) => ({ position: at + 1, entry: { ...undo(id), author: member } })),
      cursor: 2,
      lastEntry: 'two',
      more: false,
    });
    expect(await pull('?after=1&limit=1')).toMatchObject({ items: [{ position: 2 }], cursor: 2, more: false });
    expect(await pull('?limit=1')).toMatchObject({ cursor: 1, more: true });
    expect(await pull('?after=2')).toEqual({ ...clock, items: [], cursor: 2, lastEntry: 'two', more: false });
  });

  it('[SYN-8] what a device says that it knows of the log is compared before it is answered', async () => {
    const compared = vi.spyOn(relay.store, 'compareLog');
    await pull('?after=2&seen=a.3.three');
    await pull('?after=2');
    expect(compared.mock.calls).toEqual([
      ['workspaceOne', { incarnation: 'a', position: 3, entry: 'three' }],
      ['workspaceOne', { position: 2 }],
    ]);
  });

  it('[SYN-9] a push of another form is refused whole', async () => {
    for (const more of [{ device: 'a/b' }, { cursor: -1 }, { entries: [] }, { also: 1 }]) {
      expect(await said(await push([undo('one')], more))).toEqual([400, { problem: 'malformed' }]);
    }
    const many = Array.from({ length: PUSH_ENTRIES + 1 }, (_, at) => undo(`entry-${String(at)}`));
    expect((await push(many)).status).toBe(400);
    expect((await push(['x'.repeat(PUSH_BYTES)])).status).toBe(413);
    for (const query of ['?after=x', '?limit=0', '?limit=501', '?seen=x', '?seen=a.0.b', '?seen=a.1.']) {
      expect((await relay.ask('GET', `/api/log${query}`, { cookie })).status).toBe(400);
    }
    expect((await pull('')).items).toEqual([]);
  });

  it('[CON-10] a device that does not know the newest erasure is told to pull first', async () => {
    const erasure = { ...undo('erase'), body: { kind: 'erasure', contacts: [], keys: [] } };
    const push1 = { workspace: 'workspaceOne', author: 'relay', pusher: { kind: 'relay' }, now: relay.clock.now };
    await relay.store.appendEntries({ ...push1, entries: [erasure] } as never);
    expect(await said(await push([undo('one')]))).toEqual([409, { problem: 'behind' }]);
    expect((await push([undo('one')], { cursor: 1 })).status).toBe(200);
  });

  it('[SYN-8] pages of large entries stay about a megabyte, and lead to the end', async () => {
    const body = { kind: 'from-the-future', text: '语'.repeat(20_000) };
    const large = (id: string) => entryOf(body, { ms: relay.clock.now, id });
    for (let at = 0; at < 40; at += 20) {
      await push(Array.from({ length: 20 }, (_, more) => large(`entry-${String(at + more)}`)));
    }
    const sizes = [];
    let page = await pull('');
    for (; page.more; page = await pull(`?after=${page.cursor}`)) sizes.push(page.items.length);
    expect([...sizes, page.items.length].reduce((sum, size) => sum + size, 0)).toBe(40);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16);
  });
});

describe('blocks over HTTP', () => {
  it('[IMP-9] come back byte by byte, and lie in no cache', async () => {
    expect((await putBlock('block-one', 'rows of one')).status).toBe(201);
    expect((await putBlock('block-one', 'rows of one')).status).toBe(200);
    const answer = await getBlock('block-one');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'x-block-hash': sha256('rows of one'),
    });
    expect(await answer.text()).toBe('rows of one');
    expect(await said(await getBlock('block-two'))).toEqual([404, { problem: 'notFound' }]);
    expect((await getBlock('..%2Fx')).headers.get('cache-control')).toBe('no-store');
  });

  it('[IMP-9] of another hash, size or name are refused', async () => {
    await putBlock('block-one', 'rows of one');
    expect(await said(await putBlock('block-one', 'others'))).toEqual([409, { problem: 'blockTaken' }]);
    const headers = { 'x-block-hash': sha256('whole') };
    expect(await said(await putBlock('block-two', 'cut', { headers }))).toEqual([422, { problem: 'partMismatch' }]);
    expect((await putBlock('block-two', 'x', { headers: {} })).status).toBe(400);
    expect((await putBlock('block-two', '')).status).toBe(400);
    expect((await putBlock('block%2Ftwo', 'x')).status).toBe(400);
    expect((await putBlock('block-two', 'x', {}, '?entry=a%20b')).status).toBe(400);
    expect((await putBlock('block-two', 'x'.repeat(BLOCK_BYTES + 1))).status).toBe(413);
    expect((await putBlock('block-two', 'x'.repeat(BLOCK_BYTES))).status).toBe(201);
  });

  it('[SYN-9] a commit is shared when its blocks are, and until then stands among the uploads', async () => {
    const hash = sha256('rows of one');
    const commit = entryOf(
      { kind: 'commit', blocks: [{ id: 'block-one', hash }] },
      { ms: relay.clock.now, id: 'commit-one' },
    );
    const missing = async () =>
      (await relay.ask('POST', '/api/blocks/missing', { cookie, json: { ids: ['block-one'] } })).json();
    const uploads = async () => (await relay.ask('GET', '/api/uploads', { cookie })).json();
    const results = async () => ((await (await push([commit, undo('one')])).json()) as PushAnswer).results;
    expect(await missing()).toEqual({ missing: ['block-one'] });
    expect(await results()).toEqual([{ id: 'commit-one', result: 'refused', reason: 'blocks' }]);
    await putBlock('block-one', 'rows of one', {}, '?entry=commit-one&device=device-a');
    expect(await missing()).toEqual({ missing: [] });
    expect(await uploads()).toEqual({
      uploads: [{ entry: 'commit-one', device: 'device-a', blocks: 1, since: relay.clock.now }],
    });
    expect(await results()).toMatchObject([{ result: 'taken' }, { result: 'taken' }]);
    expect(await uploads()).toEqual({ uploads: [] });
  });

  it('[SYN-9] entries and bytes are counted, and neither log nor figures say whose', async () => {
    await push([undo('canary-entry'), undo('canary-other')]);
    await putBlock('canary-block', 'rows of one', {}, '?entry=canary-commit&device=canary-device');
    await getBlock('canary-block');
    const { body } = await relay.metrics.text();
    expect(body).toContain('fieldcast_log_entries_total 2');
    expect(body).toContain('fieldcast_block_bytes_total{direction="in"} 11');
    expect(body).toContain('fieldcast_block_bytes_total{direction="out"} 11');
    expect(`${body}${relay.logLines.join('')}`).not.toMatch(/canary|device-a|rows of/);
  });
});
