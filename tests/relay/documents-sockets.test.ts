/** Strangers, wrong origins, sessions that end: who may open a socket of a real relay, and for how long. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CLOSED } from '#protocol/documents';
import {
  createDocumentDevice,
  socketUrl,
  socketWith,
  until,
  type SocketHeaders,
} from '#tests/builders/document-device';
import { hello } from '#tests/builders/document-frames';
import { createRelayClient, type RelayClient } from '#tests/builders/relay-client';
import { startRelay, temporaryFolder, type RelayProcess } from '#tests/builders/relay-process';

const NAME = 'content/workspace-of-a-test-01';
const REFUSED_BY_HTTP = 1006;

let relay: RelayProcess;
let client: RelayClient;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeAll(async () => {
  folder = await temporaryFolder('document-sockets');
  relay = await startRelay({ data: folder.path });
  client = createRelayClient(relay.url);
  await client.claim(relay.claimToken ?? '');
}, 30_000);

afterAll(async () => {
  await relay.stop();
  await folder.remove();
});

const ours = (): SocketHeaders => ({ cookie: client.cookie(), origin: relay.url });

/** Opens a socket and says what it is told to. */
function say(headers: SocketHeaders, frames: readonly Uint8Array[] = [], url = socketUrl(relay.url)) {
  const socket = new (socketWith(headers))(url);
  socket.binaryType = 'arraybuffer';
  const closed = new Promise<number>((resolve) => {
    socket.addEventListener('close', ({ code }) => resolve(code));
  });
  const opened = new Promise<'open' | 'closed'>((resolve) => {
    socket.addEventListener('open', () => {
      for (const frame of frames) socket.send(new Uint8Array(frame));
      resolve('open');
    });
    void closed.then(() => resolve('closed'));
  });
  return { socket, opened, closed };
}

describe('who may open a socket', () => {
  test('[SYN-7] no stranger, no other origin, no other path, no token in the address', async () => {
    const { cookie = '', origin = '' } = ours();
    const refused = [
      say({ origin }),
      say({ cookie: '__Host-fieldcast=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', origin }),
      say({ cookie }),
      say({ cookie, origin: 'https://evil.example' }),
      say({ cookie, origin: 'http://localhost:1' }),
      say(ours(), [], `${socketUrl(relay.url)}?token=x`),
      say(ours(), [], `${socketUrl(relay.url)}/other`),
      say(ours(), [], socketUrl(relay.url).replace('/api/documents', '/api/session')),
    ];
    expect(await Promise.all(refused.map(({ closed }) => closed))).toEqual(refused.map(() => REFUSED_BY_HTTP));
    const one = say(ours());
    expect(await one.opened).toBe('open');
    one.socket.close();
  });

  test('[SYN-7] the document of another workspace closes the socket', async () => {
    const other = say(ours(), [hello('content/another-workspace-01')]);
    expect(await other.closed).toBe(CLOSED.refused);
  });

  test('[SYN-2] a session that ends takes its sockets with it within five seconds, and no update more', async () => {
    const first = createDocumentDevice(relay.url, client.cookie());
    await first.isShared();
    const link = say({ cookie: client.cookie(), origin: relay.url }, [hello(NAME)]);
    expect(await link.opened).toBe('open');
    const started = performance.now();
    expect((await client.call('POST', '/api/sign-out')).status).toBe(200);
    first.map.set('too-late/name', 'Never');
    expect(await link.closed).toBe(CLOSED.sessionEnded);
    expect(performance.now() - started).toBeLessThan(5_000);
    await until(() => first.sharing() === 'local', 'the device says so');
    first.disconnect();
  });
});
