/** Parts that only the process joins: the hourly purge, and the provider of each channel. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { createChannelProviders } from '#relay/channel-providers';
import { createKeyring } from '#relay/keyring';
import { createLog } from '#relay/log';
import { startRetention } from '#relay/retention';
import type { ChannelRow } from '#relay/store/types';
import { createRelayFixture, type RelayFixture } from './http-fixture.ts';

describe('retention', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('[MSG-10] purges at the start and every hour, and goes on after a failure', async () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => lines.push(line) });
    const outcomes = [2, 'fails', 0, 1];
    const at: number[] = [];
    const purge = (now: number) => {
      at.push(now);
      const outcome = outcomes.shift();
      return typeof outcome === 'number' ? Promise.resolve(outcome) : Promise.reject(new Error('disk'));
    };
    const began = Date.now();
    const retention = startRetention({
      store: { purge },
      blocks: { removeLoose: () => Promise.resolve(0) },
      eraseBinned: () => Promise.resolve(0),
      log,
      now: () => Date.now(),
    });
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    await retention.stop();
    await vi.advanceTimersByTimeAsync(3 * 3_600_000);
    expect(at.map((time) => (time - began) / 3_600_000)).toEqual([0, 1, 2, 3]);
    const said = lines.map((line) => JSON.parse(line) as { event: string; count?: number });
    expect(said.map(({ event, count }) => [event, count])).toEqual([
      ['purged', 2],
      ['purgeFailed', undefined],
      ['purged', 1],
    ]);
  });
});

describe('providers of channels', () => {
  const place = { workspace: 'workspaceOne' as WorkspaceId, code: 'mail1' as ChannelCode };
  const keyring = createKeyring([randomBytes(32)]);
  const rowWith = (change: Partial<ChannelRow> = {}): ChannelRow => ({
    ...place,
    name: 'Mail',
    type: 'email',
    platform: 'smtp',
    settings: { host: 'mail.example.com' },
    sealedCredentials: keyring.seal({ password: 'x' }, place),
    callbackSecret: 's',
    ...change,
  });
  let relay: RelayFixture;
  let row: ChannelRow | undefined;
  beforeEach(async () => {
    relay = await createRelayFixture();
    row = rowWith();
  });
  afterEach(() => relay.close());

  const open = (keys = keyring) =>
    createChannelProviders({
      store: { channel: () => Promise.resolve(row) },
      keyring: keys,
      providers: relay.journal.providers,
      providerDeps: { http: () => Promise.resolve({ kind: 'notSent', code: 'TEST' }), now: () => 0 },
    });
  const ask = (providers: ReturnType<typeof open>) => providers.providerFor(place.workspace, place.code);

  it('[CHA-2] one is opened once, and anew when settings or credentials change', async () => {
    const providers = open();
    const first = await ask(providers);
    expect((await ask(providers))?.provider).toBe(first?.provider);
    expect(relay.journal.state.opened).toBe(1);
    row = rowWith({ name: 'Renamed', perSecond: 3, sealedCredentials: row?.sealedCredentials ?? '' });
    expect(await ask(providers)).toMatchObject({ perSecond: 3, platform: 'smtp', repeats: 'idempotent' });
    expect(relay.journal.state.opened).toBe(1);
    row = { ...row, settings: { host: 'other.example.com' } };
    await ask(providers);
    row = { ...row, sealedCredentials: keyring.seal({ password: 'y' }, place) };
    await ask(providers);
    expect(relay.journal.state.opened).toBe(3);
    await providers.close();
    expect(relay.journal.state.closed).toBe(3);
  });

  it('[CHA-6] a channel that is gone has none', async () => {
    const providers = open();
    await ask(providers);
    row = undefined;
    expect(await ask(providers)).toBeUndefined();
    await providers.close();
    expect(relay.journal.state.closed).toBe(1);
  });

  it('[CHA-2] without the key its messages wait: none is refused, none is sent', async () => {
    const providers = open(createKeyring([randomBytes(32)]));
    const outgoing = { key: 'k', address: 'a@example.com', content: { kind: 'text' as const, text: 'x' } };
    const held = await ask(providers);
    expect(await held?.provider.send([outgoing, outgoing])).toEqual(
      [1, 2].map(() => expect.objectContaining({ kind: 'unavailable', scope: 'channel' })),
    );
    expect(relay.journal.state.opened).toBe(0);
    await providers.close();
  });
});
