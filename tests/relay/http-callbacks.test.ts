/** Providers' callbacks: stored before they are answered, read in order, none lost, none believed that is forged. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { startCallbackWorker, type CallbackWorker } from '#relay/callbacks';
import type { RelayStore } from '#relay/store/types';
import { WEBHOOK, createRelayFixture, type RelayFixture } from './http-fixture.ts';

const SMTP = {
  code: 'mail1',
  name: 'Mail',
  platform: 'smtp',
  settings: { host: 'mail.example.com', port: '25', encryption: 'none', from: 'a@example.com' },
  credentials: {},
};

let relay: RelayFixture;
let cookie: string;
let secret: string;
let worker: CallbackWorker | undefined;
const woken: string[] = [];
beforeEach(async () => {
  relay = await createRelayFixture();
  cookie = await relay.claim();
  const answer = await relay.ask('POST', '/api/channels', { cookie, json: WEBHOOK });
  secret = ((await answer.json()) as { callbackUrl: string }).callbackUrl.split('/').at(-1) ?? '';
  worker = undefined;
  woken.length = 0;
});
afterEach(async () => {
  await worker?.stop();
  await relay.close();
});

/** As a provider asks: without an origin, a cookie, or our idea of a content type. */
const callBack = (body: string, to = secret) => relay.app.request(`/callbacks/${to}`, { method: 'POST', body });
const waiting = async () => (await relay.store.counts()).callbacks;

function work(store: Pick<RelayStore, 'callbacks' | 'channel' | 'finishCallback'> = relay.store): CallbackWorker {
  const { keyring, metrics, log, clock, journal } = relay;
  const onReceipts = (workspace: WorkspaceId) => void woken.push(workspace);
  worker = startCallbackWorker({
    store,
    keyring,
    metrics,
    log,
    onReceipts,
    providers: journal.providers,
    now: () => clock.now,
  });
  return worker;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1_500; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('it did not come to that');
}
const allRead = () => until(async () => (await waiting()) === 0);

describe('callbacks', () => {
  it('[CHA-2] is on disk before it is answered, and answered as the provider wants', async () => {
    const answer = await callBack('key.one');
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    expect(await waiting()).toBe(1);
    expect(relay.calls.callbacks).toBe(1);
  });

  it('[CHA-2] an unknown address, or a channel that takes none, is no address at all', async () => {
    await relay.ask('POST', '/api/channels', { cookie, json: SMTP });
    const mail = await relay.store.channel('workspaceOne' as WorkspaceId, 'mail1' as ChannelCode);
    for (const to of ['x', 'a'.repeat(32), mail?.callbackSecret ?? ''])
      expect((await callBack('x', to)).status).toBe(404);
    expect(await waiting()).toBe(0);
  });

  it('[CHA-2] more than a megabyte is not taken', async () => {
    expect((await callBack('x'.repeat(1_000_001))).status).toBe(413);
    expect((await callBack('x'.repeat(1_000_000))).status).toBe(200);
    expect(await waiting()).toBe(1);
  });

  it('[CHA-2] forged and malformed ones are counted and dropped, those behind them read', async () => {
    for (const body of ['key.one', 'forged', 'malformed', 'throws', 'key.two']) await callBack(body);
    work();
    await allRead();
    const { body } = await relay.metrics.text();
    expect(body).toContain('fieldcast_callbacks_total{end="reports"} 2');
    expect(body).toContain('fieldcast_callbacks_total{end="forged"} 1');
    expect(body).toContain('fieldcast_callbacks_total{end="malformed"} 2');
    expect(woken).toEqual(['workspaceOne', 'workspaceOne']);
  });

  it('[CHA-2] are read in the order in which they came', async () => {
    for (let n = 0; n < 450; n += 1) await callBack(`key.${n}`);
    const read: string[] = [];
    work({
      ...relay.store,
      finishCallback(id, workspace, channel, reports, now) {
        read.push(...reports.map(({ by }) => ('key' in by ? by.key : '')));
        return relay.store.finishCallback(id, workspace, channel, reports, now);
      },
    });
    await allRead();
    expect(read).toEqual(Array.from({ length: 450 }, (_, n) => `key.${n}`));
  });

  it('[CHA-2] one that comes while others are read is read too', async () => {
    const reading = work();
    await callBack('key.one');
    reading.wake();
    await callBack('key.two');
    reading.wake();
    await allRead();
  });

  it('[CHA-2] a disk that fails in the middle loses none', async () => {
    for (let n = 0; n < 3; n += 1) await callBack(`key.${n}`);
    let fails = 1;
    const reading = work({
      ...relay.store,
      finishCallback: (...call) => {
        fails -= 1;
        return fails >= 0 ? Promise.reject(new Error('disk')) : relay.store.finishCallback(...call);
      },
    });
    await until(() => Promise.resolve(fails <= 0));
    expect(await waiting()).toBe(3);
    reading.wake();
    await allRead();
  });

  it('[CHA-2] those of a channel that is gone end without effect', async () => {
    await callBack('key.one');
    await relay.ask('DELETE', '/api/channels/hook1', { cookie });
    work();
    await allRead();
    expect((await relay.metrics.text()).body).toContain('fieldcast_callbacks_total{end="channelGone"} 1');
  });
});
