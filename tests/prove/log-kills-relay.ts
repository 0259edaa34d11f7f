/** What the proof of the log asks of the relay over HTTP: as a device, as somebody who signs in, as who reads it at the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { EntryId } from '#domain/ids';
import { entriesAfter } from '#log/entry-block';
import type { LogPack } from '#protocol/log';
import { createRelayClient, type RelayClient } from '#sync/relay-client';
import type { RelayClient as OwnerClient } from '../builders/relay-client.ts';

/** The app's own client, with what a browser adds to its requests. `url` where the relay is by then. */
export function relayAs(url: () => string, cookie: string): RelayClient {
  return createRelayClient({
    fetch: (path, init) =>
      fetch(`${url()}${String(path)}`, {
        ...init,
        headers: { ...(init?.headers as Record<string, string>), cookie, origin: url() },
      }),
    timeoutMs: 5_000,
  });
}

/** A session of its own, as by a link; the relay may be down just now. */
export async function signIn(owner: OwnerClient, url: string): Promise<string> {
  for (;;) {
    try {
      const { token } = (await (await owner.call('POST', '/api/links')).json()) as { token?: string };
      const answer = await fetch(`${url}/api/sign-in`, {
        method: 'POST',
        headers: { origin: url, 'content-type': 'application/json' },
        body: JSON.stringify({ token }),
      });
      const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
      if (answer.ok && cookie !== undefined) return cookie;
    } catch {
      // Killed in between: the link is made anew.
    }
    await sleep(100);
  }
}

export interface ReadLog {
  readonly ids: readonly EntryId[];
  readonly packs: number;
  /** Packs whose block is not there, or another than it should be: what they hold is not among the ids. */
  readonly unreadable: number;
}

/** All of it, as a new device reads it. */
export async function readLog(url: string, cookie: string): Promise<ReadLog> {
  const relay = relayAs(() => url, cookie);
  const ids: EntryId[] = [];
  let packs = 0;
  let unreadable = 0;
  async function packedIds(pack: LogPack, after: number): Promise<readonly EntryId[]> {
    packs += 1;
    const block = await relay.block(pack.id);
    const entries = block.kind === 'answer' && (await entriesAfter(block.value, pack, after));
    if (!entries) unreadable += 1;
    return (entries || []).map(({ id }) => id);
  }
  for (let cursor = 0; ;) {
    const page = await relay.pull(cursor);
    if (page.kind !== 'answer') throw new Error('the relay does not answer');
    const { items, pack, more } = page.value;
    if (pack) ids.push(...(await packedIds(pack, cursor)));
    ids.push(...items.map(({ entry }) => entry.id));
    if (!more) return { ids, packs, unreadable };
    ({ cursor } = page.value);
  }
}
