/** The loop behind the messages as the app wires it: taking back, sending after all, and two tabs at once. */
import 'fake-indexeddb/auto';
import { describe, expect, test } from 'vitest';
import { createOutboxLoop } from '#app/outbox-loop';
import type { Opened } from '#app/opened';
import type { Tabs } from '#app/tabs';
import type { WorkspaceRow } from '#storage/types';
import type { RelayClient } from '#sync/relay-client';
import { ASKS_AGAIN_AFTER_MS } from '#domain/message';
import { createDevice, DEVICE, queue, type Device } from '#tests/send/device';
import { createFakeRelay, type Fault } from '#tests/send/fake-relay';
import { testDatabase } from '#tests/storage/workspace';

/** One lock a name for all tabs of a test, as the browser's. */
function createLocks(): Tabs['exclusively'] {
  const tails = new Map<string, Promise<unknown>>();
  return (name, run) => {
    const turn = (tails.get(name) ?? Promise.resolve()).then(run, run);
    tails.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  };
}

function openTab(device: Device, relay: ReturnType<typeof createFakeRelay>, exclusively = createLocks()) {
  const events: string[] = [];
  let refreshes = 0;
  const app = {
    workspace: { device: DEVICE } as WorkspaceRow,
    stores: device,
    tabs: {
      exclusively,
      tell: (news) => events.push(news),
      hear: () => {},
      breakLocks: () => {},
      close: () => {},
    } satisfies Tabs,
    workers: { audience: { refresh: () => Promise.resolve((refreshes += 1)) } },
  } as unknown as Opened;
  const feed = () => Promise.resolve({ kind: 'answer', value: { items: [], cursor: 0 } } as const);
  const loop = createOutboxLoop(app, { ...relay.client, feed } as unknown as RelayClient, {
    onChange: () => events.push('changed'),
    onSignedOut: () => events.push('signedOut'),
    onUnreachable: () => events.push('unreachable'),
    onToSend: () => {
      loop.send();
    },
  });
  return { loop, events, refreshes: () => refreshes };
}

async function untilEmpty(device: Device): Promise<void> {
  for (let turn = 0; turn < 200 && (await device.outbox.count()) > 0; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const now = () => Date.now();
function deviceAt(time: number): Device {
  const device = createDevice(testDatabase().db);
  device.clock.nowMs = time;
  return device;
}

describe('messages behind the app', () => {
  test('[MSG-7] two tabs empty one outbox, and each message leaves once', async () => {
    const device = deviceAt(now());
    for (const name of ['a', 'b', 'c', 'd']) await queue(device, name, [1]);
    const relay = createFakeRelay();
    const locks = createLocks();
    const tabs = [openTab(device, relay, locks), openTab(device, relay, locks)];
    for (const { loop } of tabs) loop.send();
    await untilEmpty(device);
    expect(relay.journal.filter((act) => act.startsWith('complete'))).toHaveLength(4);
    expect(await device.entries.count()).toBe(4);
    for (const { loop } of tabs) loop.close();
  });

  test('[MSG-10] after a message has left, the contacts know when they were messaged', async () => {
    const device = deviceAt(now());
    await queue(device, 'a', [1]);
    const { loop, events, refreshes } = openTab(device, createFakeRelay());
    loop.send();
    await untilEmpty(device);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(refreshes()).toBe(1);
    expect(events).toContain('audience');
    loop.close();
  });

  test('[MSG-7] a message that was never tried can be taken back without a network, and nothing of it stays', async () => {
    const device = deviceAt(now());
    const id = await queue(device, 'a', [2, 1]);
    const blocks = (await device.outbox.peek())?.blocks.map((block) => block.id) ?? [];
    const { loop } = openTab(
      device,
      createFakeRelay(() => 'lostRequest'),
    );
    expect(await loop.discard(id)).toBe('discarded');
    expect(await device.messages.get(id)).toBeUndefined();
    expect((await device.blocks.present(blocks)).size).toBe(0);
  });

  test('[MSG-7] one that the relay may have is taken back only where it says that it has not', async () => {
    const faults: Fault[] = ['none', 'none', 'lostAnswer'];
    const device = deviceAt(now() - ASKS_AGAIN_AFTER_MS - 1);
    const id = await queue(device, 'a', [1]);
    await device.outbox.change(id, { confirmedAt: now() });
    const relay = createFakeRelay(() => faults.shift() ?? 'lostRequest');
    const { loop } = openTab(device, relay);
    loop.send();
    for (let turn = 0; turn < 100 && faults.length > 0; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    loop.close();
    expect(await loop.discard(id)).toBe('offline');
    const connected = openTab(device, { ...relay, client: { ...relay.client, message: createTaken } });
    expect(await connected.loop.discard(id)).toBe('accepted');
    expect(await device.messages.get(id)).toMatchObject({ state: 'sending' });
    expect(await device.entries.count()).toBe(1);
  });

  test('[MSG-7] sent after all, a message that waited for hours leaves', async () => {
    const device = deviceAt(now() - ASKS_AGAIN_AFTER_MS - 1);
    const id = await queue(device, 'a', [1]);
    const relay = createFakeRelay();
    const { loop } = openTab(device, relay);
    loop.send();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(relay.journal).toEqual([]);
    await loop.sendAgain(id);
    await untilEmpty(device);
    expect(relay.journal.at(-1)).toBe(`complete ${id}`);
    loop.close();
  });
});

const createTaken: RelayClient['message'] = (id) =>
  Promise.resolve({
    kind: 'answer',
    value: {
      id,
      channel: 'ch' as never,
      state: 'queued',
      planned: 1,
      effective: 1,
      recipients: 1,
      receivedAt: 0,
      figures: { queued: 1, unknown: 0, sent: 0, failed: 0, delivered: 0, clicked: 0 },
    },
  });
