/**
 * The same life with the real relay: its routes, its SQLite, its blocks on disk. What the relay in memory was asked and
 * what it answered is kept, asked once more of the real one, and must be answered alike. At the end a new device, the
 * app's own, takes everything from it and comes to the same state; nothing of who was erased is in its files. It packs
 * now and then.
 */
import 'fake-indexeddb/auto';
import type { BlockId, DeviceId, EntryId } from '#domain/ids';
import { encodeRecipients, encodeRows } from '#log/block';
import { canonicalState } from '#log/canonical';
import { anewOf } from '#log/fold-again';
import { createFold, type Block } from '#log/fold';
import type { BlockRef, CommitBody, Entry } from '#log/types';
import type { PushAnswer } from '#protocol/log';
import { SESSION_COOKIE } from '#relay/auth/session-cookie';
import { createRelayClient } from '#sync/relay-client';
import { SALT } from '#tests/builders/entries';
import { createLogDevice } from '#tests/builders/log-device';
import { packLog } from '#tests/builders/pack-log';
import { readFolder } from '#tests/builders/stored-files';
import { claimOf, cookieOf, createRelayFixture, ORIGIN } from '#tests/relay/http-fixture';
import { finishAnew } from '#tests/builders/folds';
import { erasedTexts, survivingTexts } from './erase.ts';
import { BEGIN_MS } from './names.ts';
import { createRelay, type Relay } from './relay.ts';
import { simulate, type Outcome, type Run } from './simulate.ts';

type Said = { readonly nowMs: number } & (
  | { readonly kind: 'block'; readonly id: BlockId; readonly block: Block }
  | { readonly kind: 'push'; readonly cursor: number; readonly entry: Entry; readonly answer: string }
  | { readonly kind: 'erasure'; readonly entry: Entry }
);

const PACK_EVERY = 150;
const PACKED = 40;

export async function simulateWithRealRelay(run: Run): Promise<Outcome> {
  const { relay, said } = listening();
  const outcome = simulate(run, { relay });
  if (outcome.problems.length > 0) return outcome;
  return { ...outcome, problems: await askAgain(relay, said) };
}

/** A relay in memory, and what it was asked in order. */
function listening(): { readonly relay: Relay; readonly said: readonly Said[] } {
  const said: Said[] = [];
  let nowMs = BEGIN_MS;
  const blocks = new (class extends Map<BlockId, Block> {
    override set(id: BlockId, block: Block): this {
      said.push({ kind: 'block', nowMs, id, block });
      return super.set(id, block);
    }
  })();
  const inMemory = createRelay(blocks);
  const relay: Relay = {
    ...inMemory,
    push(cursor, entry, now) {
      nowMs = now;
      const answer = inMemory.push(cursor, entry, now);
      said.push({ kind: 'push', nowMs, cursor, entry, answer });
      return answer;
    },
    append(id, body, now) {
      nowMs = now;
      const entry = inMemory.append(id, body, now);
      said.push({ kind: 'erasure', nowMs, entry });
      return entry;
    },
  };
  return { relay, said };
}

async function askAgain(relay: Relay, said: readonly Said[]): Promise<readonly string[]> {
  const { log, blocks } = relay;
  const real = await createRelayFixture({ take: () => 0 });
  real.clock.now = BEGIN_MS;
  const sessions = new Map<DeviceId, string>();
  const hashes = new Map<BlockId, string>();
  const problems: string[] = [];
  let taken = 0;
  try {
    const claim = claimOf((await real.links.createClaim(BEGIN_MS)) ?? '');
    const workspace = { ...claim.workspace, salt: Buffer.from(SALT).toString('base64url') };
    const owner = cookieOf(await real.ask('POST', '/api/claim', { json: { ...claim, workspace } })) ?? '';
    for (const [at, one] of said.entries()) {
      real.clock.now = Math.max(real.clock.now, one.nowMs);
      if (at % PACK_EVERY === PACK_EVERY - 1) await packLog(real, PACKED);
      if (one.kind === 'block') await putBlock(one.id, one.block);
      else if (one.kind === 'erasure') await erase(one.entry);
      else await push(one);
    }
    problems.push(...(await compareNewDevice()), ...(await leftOfErased()));
    return problems;

    async function sessionOf(device: DeviceId): Promise<string> {
      const known = sessions.get(device);
      if (known !== undefined) return known;
      const link = (await (await real.ask('POST', '/api/links', { cookie: owner })).json()) as { token: string };
      const cookie = cookieOf(await real.ask('POST', '/api/sign-in', { json: { token: link.token } })) ?? '';
      sessions.set(device, cookie);
      return cookie;
    }

    async function putBlock(id: BlockId, block: Block): Promise<void> {
      const { bytes, hash } = await (block.kind === 'rows' ? encodeRows(block.columns) : encodeRecipients(block));
      hashes.set(id, hash);
      const path = `/api/blocks/${id}?cursor=${String(taken)}`;
      const answer = await real.ask('PUT', path, { cookie: owner, body: bytes, headers: { 'x-block-hash': hash } });
      if (!answer.ok) problems.push(`block ${id} was answered ${String(answer.status)}`);
    }

    async function push({ cursor, entry, answer }: Extract<Said, { kind: 'push' }>): Promise<void> {
      const json = { device: entry.device, cursor, entries: [withHashes(entry)] };
      const response = await real.ask('POST', '/api/log', { cookie: await sessionOf(entry.device), json });
      const body = (await response.json()) as Partial<PushAnswer> & { readonly problem?: string };
      const [result] = body.results ?? [];
      const heard = result?.result === 'refused' ? result.reason : (result?.result ?? body.problem);
      if (heard !== answer) problems.push(`${entry.id} was answered ${String(heard)}, in memory ${answer}`);
      if (heard === 'taken') taken += 1;
    }

    async function erase(entry: Entry): Promise<void> {
      const answer = await real.ask('POST', '/api/erasures/again', { cookie: owner, json: { entries: [entry] } });
      if (answer.status !== 202) problems.push(`${entry.id} was answered ${String(answer.status)}`);
      await real.erasures.settled();
      taken += 1;
    }

    function withHashes(entry: Entry): Entry {
      const { blocks: refs } = entry.body as Partial<CommitBody>;
      if (!refs) return entry;
      const real = refs.map((ref): BlockRef => ({ ...ref, hash: hashes.get(ref.id) ?? ref.hash }));
      return { ...entry, body: { ...entry.body, blocks: real } };
    }

    /** In any file; quoted, since one number may be a part of another. */
    async function leftOfErased(): Promise<readonly string[]> {
      const surviving = survivingTexts({ relay });
      const gone = [...erasedTexts({ relay })].filter((text) => text !== '' && !surviving.has(text));
      const texts = await readFolder(real.folder);
      const left = gone.filter((value) => texts.some((text) => text.includes(JSON.stringify(value))));
      return left.length > 0 ? [`${String(left.length)} values of who was erased are at the relay`] : [];
    }

    async function compareNewDevice(): Promise<readonly string[]> {
      const cookie = await sessionOf('last' as DeviceId);
      const client = createRelayClient({
        fetch: ((path: string, init: RequestInit) =>
          real.app.request(`${ORIGIN}${path}`, {
            ...init,
            headers: { ...(init.headers as object), origin: ORIGIN, cookie: `${SESSION_COOKIE}=${cookie}` },
          })) as typeof fetch,
      });
      const device = createLogDevice({ name: 'last', relay: client, now: () => real.clock.now });
      const ended = await device.share();
      const here: readonly EntryId[] = await device.ids();
      const state = await device.state();
      await device.wipe();
      return [
        ...(ended === 'current' ? [] : [`a new device ended as ${ended}`]),
        ...(here.join() === log.map(({ id }) => id).join()
          ? []
          : ['a new device has other entries, or in another order']),
        ...(state === stateOf(log, blocks) ? [] : ['a new device comes to another state']),
      ];
    }
  } finally {
    await real.close();
  }
}

function stateOf(log: readonly Entry[], blocks: ReadonlyMap<BlockId, Block>): string {
  const fold = createFold(SALT);
  finishAnew(anewOf(fold, log), () => blocks);
  return canonicalState(fold);
}
