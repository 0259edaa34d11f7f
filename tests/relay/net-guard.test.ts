import type { LookupAddress } from 'node:dns';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createNetGuard, type AddressVerdict } from '#relay/net-guard';

/** In the order of IANA's registries, with the neighbours just outside each range. */
const ADDRESSES: readonly (readonly [string, AddressVerdict])[] = [
  ['0.0.0.0', 'refused'],
  ['0.255.255.255', 'refused'],
  ['1.0.0.0', 'public'],
  ['8.8.8.8', 'public'],
  ['9.255.255.255', 'public'],
  ['10.0.0.0', 'refused'],
  ['10.255.255.255', 'refused'],
  ['11.0.0.0', 'public'],
  ['100.63.255.255', 'public'],
  ['100.64.0.0', 'refused'],
  ['100.127.255.255', 'refused'],
  ['100.128.0.0', 'public'],
  ['126.255.255.255', 'public'],
  ['127.0.0.1', 'refused'],
  ['127.255.255.255', 'refused'],
  ['128.0.0.0', 'public'],
  ['169.253.255.255', 'public'],
  ['169.254.0.0', 'refused'],
  ['169.254.169.254', 'refused'],
  ['169.255.0.0', 'public'],
  ['172.15.255.255', 'public'],
  ['172.16.0.0', 'refused'],
  ['172.31.255.255', 'refused'],
  ['172.32.0.0', 'public'],
  ['191.255.255.255', 'public'],
  ['192.0.0.0', 'refused'],
  ['192.0.0.255', 'refused'],
  ['192.0.1.0', 'public'],
  ['192.0.2.1', 'refused'],
  ['192.0.3.0', 'public'],
  ['192.31.196.1', 'refused'],
  ['192.52.193.1', 'refused'],
  ['192.88.98.255', 'public'],
  ['192.88.99.1', 'refused'],
  ['192.167.255.255', 'public'],
  ['192.168.0.1', 'refused'],
  ['192.168.255.255', 'refused'],
  ['192.169.0.0', 'public'],
  ['192.175.48.1', 'refused'],
  ['198.17.255.255', 'public'],
  ['198.18.0.0', 'refused'],
  ['198.19.255.255', 'refused'],
  ['198.20.0.0', 'public'],
  ['198.51.100.7', 'refused'],
  ['203.0.113.7', 'refused'],
  ['223.255.255.255', 'public'],
  ['224.0.0.1', 'refused'],
  ['239.255.255.255', 'refused'],
  ['240.0.0.1', 'refused'],
  ['255.255.255.255', 'refused'],
  ['::', 'refused'],
  ['::1', 'refused'],
  ['0:0:0:0:0:0:0:1', 'refused'],
  ['::ffff:127.0.0.1', 'refused'],
  ['::ffff:7f00:1', 'refused'],
  ['::ffff:8.8.8.8', 'refused'],
  ['::127.0.0.1', 'refused'],
  ['64:ff9b::7f00:1', 'refused'],
  ['64:ff9b:1::1', 'refused'],
  ['100::1', 'refused'],
  ['1fff:ffff::1', 'refused'],
  ['2001::1', 'refused'],
  ['2001:0:4136:e378::1', 'refused'],
  ['2001:1ff:ffff::1', 'refused'],
  ['2001:200::1', 'public'],
  ['2001:db7:ffff::1', 'public'],
  ['2001:db8::1', 'refused'],
  ['2001:db9::1', 'public'],
  ['2002:7f00:1::', 'refused'],
  ['2003::1', 'public'],
  ['2606:4700:4700::1111', 'public'],
  ['2620:4f:8000::1', 'refused'],
  ['3ffe:ffff::1', 'public'],
  ['3fff::1', 'refused'],
  ['3fff:1000::1', 'public'],
  ['4000::1', 'refused'],
  ['5f00::1', 'refused'],
  ['fc00::1', 'refused'],
  ['fdff::1', 'refused'],
  ['fe80::1', 'refused'],
  ['fe80::1%eth0', 'refused'],
  ['fec0::1', 'refused'],
  ['ff02::1', 'refused'],
  ['localhost', 'refused'],
  ['127.1', 'refused'],
  ['0x7f000001', 'refused'],
  ['', 'refused'],
];

describe('addresses', () => {
  const guard = createNetGuard();
  test.each(ADDRESSES)('[API-2] %s is %s', (address, verdict) => {
    expect(guard.judge(address)).toBe(verdict);
  });

  test('[API-2] networks that the deployment names are let through, and nothing beside them', () => {
    const named = createNetGuard(['127.0.0.0/8', '10.1.2.3', '::1', 'fd12::/16', '8.8.8.0/24']);
    const allowed = ['127.0.0.1', '127.9.9.9', '10.1.2.3', '::1', 'fd12::7', '8.8.8.8', '::ffff:127.0.0.1'];
    for (const address of allowed) expect(named.judge(address), address).toBe('allowed');
    for (const address of ['10.1.2.4', '192.168.0.1', 'fd13::1']) expect(named.judge(address), address).toBe('refused');
    expect(named.judge('9.9.9.9')).toBe('public');
  });

  test.each(['localhost', '10.0.0.0/33', '10.0.0.0/x', '10.0.0/8', '::/129', ''])(
    '[API-2] %j is no network',
    (network) => {
      expect(() => createNetGuard([network])).toThrow('Not a network');
    },
  );
});

type Resolver = NonNullable<Parameters<typeof createNetGuard>[1]>;
const answering =
  (...answers: readonly (readonly string[])[]): Resolver =>
  (_name, _options, done) => {
    const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    done(
      null,
      addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  };
let asked = 0;

describe('names', () => {
  const resolved = (guard: ReturnType<typeof createNetGuard>, reach: 'public' | 'allowed'): Promise<unknown> =>
    new Promise((fulfil) => {
      guard.lookup(reach)('name.example', { all: true }, (error, addresses) => fulfil(error?.code ?? addresses));
    });

  test('[API-2] of several addresses only those within reach are handed on', async () => {
    const guard = createNetGuard([], answering(['127.0.0.1', '93.184.216.34', '::1', '2606:4700::1']));
    expect(await resolved(guard, 'public')).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ]);
  });

  test('[API-2] a name of private addresses alone, or of none, leads nowhere', async () => {
    expect(await resolved(createNetGuard([], answering(['10.0.0.1', 'fd00::1'])), 'public')).toBe(
      'ERR_ADDRESS_REFUSED',
    );
    expect(await resolved(createNetGuard([], answering([])), 'public')).toBe('ERR_ADDRESS_REFUSED');
    expect(await resolved(createNetGuard([], answering(['93.184.216.34'])), 'allowed')).toBe('ERR_HTTPS_REQUIRED');
  });

  test('[API-2] what a refusal says names no address', () => {
    const error = createNetGuard().literalError('10.1.2.3', 'public');
    expect(`${error?.message} ${error?.code}`).not.toContain('10.1');
  });
});

describe('connections', () => {
  /** Counts who comes: the only witness that counts. */
  async function listen(): Promise<{ port: number; visits: () => number; close: () => void }> {
    let visits = 0;
    const server = createServer((socket) => {
      visits += 1;
      socket.destroy();
    });
    await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil));
    return { port: (server.address() as AddressInfo).port, visits: () => visits, close: () => server.close() };
  }

  test('[API-2] no spelling of loopback gets through', async () => {
    const door = await listen();
    const guard = createNetGuard();
    const hosts = [
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '017700000001',
      'localhost',
      'localhost.',
      '0',
      '0.0.0.0',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
    ];
    for (const host of hosts) {
      const result = await guard.connect(host, door.port, 1_000);
      expect(result, host).toEqual({
        kind: 'failed',
        code: expect.stringMatching(/^(ERR_ADDRESS_REFUSED|ENOTFOUND|EAI_AGAIN)$/) as string,
      });
    }
    expect(door.visits()).toBe(0);
    door.close();
  });

  test('[API-2] a name that turns to loopback after it was judged gains nothing', async () => {
    const door = await listen();
    asked = 0;
    // First a public address that answers nobody here, then loopback: the first is the one that is tried.
    const guard = createNetGuard([], answering(['192.0.3.1'], ['127.0.0.1']));
    expect((await guard.connect('rebind.example', door.port, 300)).kind).toBe('failed');
    expect(asked).toBe(1);
    expect(await guard.connect('rebind.example', door.port, 300)).toEqual({
      kind: 'failed',
      code: 'ERR_ADDRESS_REFUSED',
    });
    expect(door.visits()).toBe(0);
    door.close();
  });

  test('[API-2] a named network is connected to', async () => {
    const door = await listen();
    const result = await createNetGuard(['127.0.0.1']).connect('localhost', door.port, 1_000);
    expect(result.kind).toBe('connected');
    if (result.kind === 'connected') result.socket.destroy();
    door.close();
  });
});
