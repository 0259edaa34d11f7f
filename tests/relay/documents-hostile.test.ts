/** A member's own client that has turned hostile: mutated frames, withheld updates, floods. The relay's parts, in here. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { WorkspaceId } from '#domain/ids';
import { CLOSED, contentName } from '#protocol/documents';
import { createRateLimiter } from '#relay/auth/rate-limit';
import { SESSION_COOKIE } from '#relay/auth/session-cookie';
import { createToken, hashToken } from '#relay/auth/tokens';
import { createDocumentSockets, type DocumentSockets } from '#relay/documents/sockets';
import { createLog } from '#relay/log';
import { createSqliteStore } from '#relay/store/sqlite';
import type { RelayStore } from '#relay/store/types';
import { createDocumentDevice, socketUrl, socketWith } from '#tests/builders/document-device';
import { documentFrame, hello, updateFrame } from '#tests/builders/document-frames';
import { between, createRandom } from '#tests/builders/random';
import { temporaryFolder } from '#tests/builders/relay-process';

const WORKSPACE = 'workspace-of-a-test-01' as WorkspaceId;
const NAME = contentName(WORKSPACE);
const FOREVER = 8e15;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let store: RelayStore;
let sockets: DocumentSockets;
let server: Server;
let url: string;
let cookie: string;
let limits: 'as they are' | 'off';

beforeEach(async () => {
  folder = await temporaryFolder('documents-hostile');
  store = createSqliteStore(join(folder.path, 'relay.sqlite'));
  const token = createToken();
  const session = { tokenHash: hashToken(token), member: 'm', workspace: WORKSPACE, createdAt: 0, expiresAt: FOREVER };
  await store.addLink({ tokenHash: 'link', purpose: 'claim', expiresAt: FOREVER });
  const workspace = { id: WORKSPACE, name: 'Test', salt: 'salt', createdAt: 0 };
  await store.claim('link', 1, workspace, { id: 'm', workspace: WORKSPACE, name: 'Owner', role: 'owner' }, session);
  cookie = `${SESSION_COOKIE}=${token}`;
  limits = 'off';
  const limiter = createRateLimiter();
  sockets = createDocumentSockets({
    store,
    limiter: { take: (...asked) => (limits === 'off' ? 0 : limiter.take(...asked)) },
    log: createLog('silent', { write: () => undefined }),
    now: () => Date.now(),
    publicUrl: () => url,
    onStored: () => undefined,
  });
  server = createServer().on('upgrade', sockets.upgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});

afterEach(async () => {
  await sockets.stop();
  server.close();
  await store.close();
  await folder.remove();
});

/** At most; who is closed is answered at once. */
const CLOSING_MS = 10_000;

/** Says the frames one after the other, and answers with what code it was closed; `undefined`: it was not. */
function say(frames: readonly Uint8Array<ArrayBuffer>[], waitMs = 300): Promise<number | undefined> {
  const socket = new (socketWith({ cookie, origin: url }))(socketUrl(url));
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    socket.addEventListener('open', () => {
      const [first, ...rest] = frames;
      if (first) socket.send(first);
      // The answer to the greeting; where there was none, nobody waits for one.
      const onward = () => {
        for (const frame of rest) socket.send(frame);
      };
      if (rest.length > 100) socket.addEventListener('message', () => setTimeout(onward, 50), { once: true });
      else onward();
      timer = setTimeout(() => {
        socket.close();
        resolve(undefined);
      }, waitMs);
    });
    socket.addEventListener('close', ({ code }) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}

function updatesOf(count: number): Uint8Array[] {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (let index = 0; index < count; index += 1) doc.getMap('groups').set(`g${String(index % 50)}/name`, index);
  return updates;
}

describe('a hostile client', () => {
  test('[SYN-7] three thousand mutated frames: the relay lives, and the document is whole', async () => {
    const seed = Math.floor(Math.random() * 1e9);
    const random = createRandom(seed);
    const good = [
      hello(NAME),
      ...updatesOf(3).map((update) => updateFrame(NAME, update)),
      documentFrame(NAME, 0, 0, new Uint8Array([0])),
      documentFrame(NAME, 1, documentFrame(1, 7, 1, '{"view":"groups"}')),
      documentFrame(NAME, 3),
    ];
    const mutated = () => {
      const frame = new Uint8Array(good[Math.floor(random() * good.length)] ?? []);
      for (let changes = Math.ceil(random() * 3); changes > 0; changes -= 1)
        frame[Math.floor(between(random, random() < 0.1 ? 0 : NAME.length + 1, frame.length))] = random() * 256;
      return random() < 0.2 ? frame.slice(0, random() * frame.length) : frame;
    };
    const device = createDocumentDevice(url, cookie);
    await device.isShared();
    const before = process.memoryUsage().rss;
    let said = 0;
    const one = async () => {
      while (said < 3_000) {
        const frames = Array.from({ length: 4 }, mutated);
        said += frames.length;
        await say([hello(NAME), ...frames], 30);
      }
    };
    await Promise.all(Array.from({ length: 6 }, one));
    device.map.set('still/name', 'Here');
    await device.isShared();
    const fresh = createDocumentDevice(url, cookie);
    await fresh.isShared();
    expect(fresh.map.get('still/name'), `seed ${String(seed)}`).toBe('Here');
    // Both ends live in this process, and its garbage is collected when it likes: a bomb would be gigabytes.
    expect(process.memoryUsage().rss - before).toBeLessThan(400_000_000);
    device.disconnect();
    fresh.disconnect();
    // What was stored is read whole by the next process.
    const again = new Y.Doc();
    for (const { bytes } of await store.documents.read(NAME)) Y.applyUpdate(again, bytes);
    expect(again.getMap('groups').get('still/name')).toBe('Here');
  }, 60_000);

  test('[SYN-7] updates whose first is withheld end the connection before they cost anything', async () => {
    const withheld = updatesOf(3_000).slice(1);
    const cpu = process.cpuUsage();
    expect(await say([hello(NAME), ...withheld.map((update) => updateFrame(NAME, update))], 5_000)).toBe(
      CLOSED.refused,
    );
    const { user, system } = process.cpuUsage(cpu);
    expect((user + system) / 1_000).toBeLessThan(1_500);
    expect((await store.documents.read(NAME)).length).toBeLessThanOrEqual(200);
  });

  test('[SYN-7] what would be refused again is closed with its code: nested, too large, before the greeting', async () => {
    const nested = new Y.Doc();
    nested.getMap('groups').set('a', new Y.Map());
    expect(await say([hello(NAME), updateFrame(NAME, Y.encodeStateAsUpdate(nested))], CLOSING_MS)).toBe(CLOSED.refused);
    const large = new Y.Doc();
    large.getMap('groups').set('a/name', 'x'.repeat(3_990_000));
    expect(await say([hello(NAME), updateFrame(NAME, Y.encodeStateAsUpdate(large))])).toBe(undefined);
    await expect.poll(async () => (await store.documents.read(NAME)).length, { timeout: CLOSING_MS }).toBe(1);
    expect(await say([hello(NAME), ...updatesOf(1).map((update) => updateFrame(NAME, update))])).toBe(undefined);
    const more = new Y.Doc();
    more.getMap('groups').set('b/name', 'x'.repeat(100_000));
    expect(await say([hello(NAME), updateFrame(NAME, Y.encodeStateAsUpdate(more))], CLOSING_MS)).toBe(CLOSED.full);
    expect(await say([new Uint8Array(5_000_000)], CLOSING_MS)).toBe(1009);
    expect(
      await say(
        updatesOf(1).map((update) => updateFrame(NAME, update)),
        CLOSING_MS,
      ),
    ).toBe(CLOSED.refused);
    expect(await say([hello(NAME), hello(NAME)], CLOSING_MS)).toBe(CLOSED.refused);
  });

  test('[SYN-7] a flood of frames is cut off, and so are too many sockets of one session', async () => {
    limits = 'as they are';
    const ask = documentFrame(NAME, 3);
    expect(await say([hello(NAME), ...Array.from({ length: 3_000 }, () => ask)], 2_000)).toBe(CLOSED.tooMany);
    limits = 'off';
    const many = Array.from({ length: 10 }, () => say([hello(NAME)], 500));
    expect((await Promise.all(many)).filter((code) => code === CLOSED.tooMany)).toHaveLength(2);
  });

  test('[SYN-3] five hundred updates become one, and a device that comes back adds nothing', async () => {
    const device = createDocumentDevice(url, cookie);
    await device.isShared();
    for (let index = 0; index < 600; index += 1) device.map.set(`g${String(index % 7)}/name`, index);
    await device.isShared();
    const rows = await store.documents.read(NAME);
    expect(rows.length).toBeLessThan(200);
    device.disconnect();
    device.connect();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await store.documents.read(NAME)).toHaveLength(rows.length);
    const doc = new Y.Doc();
    for (const { bytes } of rows) Y.applyUpdate(doc, bytes);
    expect(doc.getMap('groups').toJSON()).toEqual(device.map.toJSON());
    device.disconnect();
  });
});
