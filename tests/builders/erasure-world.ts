/** A relay with its real gate, store and files, and devices over databases of their own that carry the log to it. For proofs of erasing. */
import type { BlockId, ContactId, DeviceId, EntryId, WorkspaceId } from '#domain/ids';
import { eraseHere, type EraseParts } from '#app/erase-here';
import { encodeRows } from '#log/block';
import type { CommitBody, Row } from '#log/types';
import { createBlockStore } from '#storage/block-store';
import { createDatabase } from '#storage/database';
import { createEntryStore } from '#storage/entry-store';
import { createErasureStore } from '#storage/erasure-store';
import { createImportStore } from '#storage/import-store';
import { createSharingStore } from '#storage/sharing-store';
import { createRelayClient } from '#sync/relay-client';
import { createLogSharing } from '#sync/share-log';
import { claimOf, cookieOf, createRelayFixture, ORIGIN, type RelayFixture } from '#tests/relay/http-fixture';
import { SESSION_COOKIE } from '#relay/auth/session-cookie';
import { columnsOfRows } from './blocks.ts';
import { ids, SALT } from './entries.ts';
import { readFolder } from './stored-files.ts';
import { readDatabase } from './stored-texts.ts';

export const PHONE = '+420777000111';
export const EVE = ids.idOf('phone', PHONE, 0);
export const EVE_KEYS = [EVE, ids.idOf('userId', 'U-EVE', 0), ids.idOf('email', 'eve@canary.example', 0)];
/** All that says who she is. */
export const CANARIES = ['777000111', 'U-EVE', 'eve@canary', 'Evelyn Canary'];
/** Requests of one device in a moment that no limit minds. */
const A_WHILE_MS = 60_000;

let made = 0;

export type ErasureWorld = Awaited<ReturnType<typeof createErasureWorld>>;
export type ErasureDevice = Awaited<ReturnType<ErasureWorld['device']>>;

export async function createErasureWorld() {
  const relay = await createRelayFixture();
  const claim = claimOf((await relay.links.createClaim(relay.clock.now)) ?? '');
  const salt = Buffer.from(SALT).toString('base64url');
  const json = { ...claim, workspace: { ...claim.workspace, salt } };
  const owner = cookieOf(await relay.ask('POST', '/api/claim', { json })) ?? '';
  relay.people.set(EVE, { contacts: [EVE], keys: EVE_KEYS, refusing: { 'consent:sms': 'refused' } });

  async function signIn(): Promise<string> {
    relay.clock.now += A_WHILE_MS;
    const link = (await (await relay.ask('POST', '/api/links', { cookie: owner })).json()) as { token: string };
    return cookieOf(await relay.ask('POST', '/api/sign-in', { json: { token: link.token } })) ?? '';
  }

  return {
    relay,
    device: async (name: string) => deviceOf(relay, name, await signIn()),
    async erase(contacts: readonly ContactId[] = [EVE]): Promise<void> {
      const headers = { 'idempotency-key': `erase-${String((made += 1))}-times` };
      const answer = await relay.ask('POST', '/api/erasures', { cookie: owner, json: { contacts }, headers });
      if (answer.status !== 202) throw new Error(`erasing was answered ${String(answer.status)}`);
      await relay.erasures.settled();
    },
    /** In any file of the relay. */
    found: async () => canariesIn(await readFolder(relay.folder)),
    close: () => relay.close(),
  };
}

export const canariesIn = (texts: readonly string[]) =>
  CANARIES.filter((canary) => texts.some((text) => text.includes(canary)));

function deviceOf(relay: RelayFixture, name: string, cookie: string) {
  const device = name as DeviceId;
  const db = createDatabase(`${name}-${crypto.randomUUID()}` as WorkspaceId);
  const blocks = createBlockStore(db);
  const sharing = createSharingStore(db);
  const entries = createEntryStore(db);
  const newId = () => `${name}-${String((made += 1))}`;
  const erasing: EraseParts = {
    ...{ erasures: createErasureStore(db), blocks, imports: createImportStore(db), salt: SALT },
    ...{ newBlockId: () => newId() as BlockId, pause: () => Promise.resolve() },
  };
  const client = createRelayClient({
    fetch: (async (path: string, init: RequestInit) => {
      const headers = {
        ...(init.headers as Record<string, string>),
        origin: ORIGIN,
        cookie: `${SESSION_COOKIE}=${cookie}`,
      };
      const { method = 'GET', body } = init;
      return relay.app.request(`${ORIGIN}${path}`, {
        method,
        headers,
        ...(body !== undefined && body !== null && { body }),
      });
    }) as typeof fetch,
  });
  let parts = erasing;
  const { share } = createLogSharing({
    ...{ relay: client, sharing, blocks, device, now: () => relay.clock.now },
    async erase() {
      await eraseHere(parts);
    },
    onChange: () => undefined,
  });

  return {
    ...{ db, erasing, entries, blocks, client },
    share() {
      relay.clock.now += A_WHILE_MS;
      return share();
    },
    /** From now on, what erasing works with here. */
    erasesWith(next: EraseParts) {
      parts = next;
    },
    found: async () => canariesIn(await readDatabase(db)),
    counts: () => sharing.counts(),
    async import(id: string, rows: readonly Row[]): Promise<void> {
      const { bytes, ...ref } = await encodeRows(columnsOfRows(rows));
      const block = { id: `block-of-${id}` as BlockId, ...ref };
      const body: CommitBody = {
        ...{ kind: 'commit', source: 'import', weight: 'strong', blocks: [block] },
        ...{ joins: [], leaves: [], newGroups: [] },
      };
      const draft = { id: id as EntryId, device, body };
      await entries.add(draft, relay.clock.now, [{ id: block.id, hash: ref.hash, bytes }]);
    },
    async edit(row: Row): Promise<void> {
      const body = { kind: 'change', row, joins: [], leaves: [] } as const;
      await entries.add({ id: newId() as EntryId, device, body }, relay.clock.now);
    },
  };
}
