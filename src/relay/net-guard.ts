/**
 * Keeps calls that members configure (webhooks, mail servers, private clouds) away from the relay's own network.
 * The address that was judged is the one connected to, so a name that resolves differently a moment later gains nothing.
 * Networks that the deployment names are let through; it does not look at ports, and follows no redirects.
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, connect, isIP, type LookupFunction } from 'node:net';
import type { Connected } from '#relay/provider';

/** IANA's special-purpose registries, and what leads back into a private network by another road (mapped, 6to4, Teredo). */
const CLOSED_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Only global unicast can be open; loopback, mapped, NAT64, ULA, link-local, SRv6 and multicast lie outside it. */
const OPEN_IPV6 = ['2000::/3'];
const CLOSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

/** `allowed`: in a network that the deployment named. */
export type AddressVerdict = 'allowed' | 'public' | 'refused';
/** What a caller may reach: `allowed` leaves out the public network, for protocols that carry addresses in clear. */
export type Reach = 'public' | 'allowed';

export interface NetGuard {
  /** For an IP address, in any spelling that `net.isIP` takes; anything else is refused. */
  readonly judge: (address: string) => AddressVerdict;
  /** For `net.connect` and its like; yields only addresses within reach, fails where there is none. */
  readonly lookup: (reach: Reach) => LookupFunction;
  /** Why this host may not be connected to, known without a lookup: `net.connect` looks no literal up. */
  readonly literalError: (host: string, reach: Reach) => NodeJS.ErrnoException | undefined;
  readonly connect: (host: string, port: number, timeoutMs: number) => Promise<Connected>;
}

type Resolve = (
  hostname: string,
  options: { all: true; family: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** `allowNetworks`: CIDR networks or single addresses; throws where one is neither. */
export function createNetGuard(allowNetworks: readonly string[] = [], resolve: Resolve = systemLookup): NetGuard {
  const allowed = networks(allowNetworks);
  const closed = networks([...CLOSED_IPV4, ...CLOSED_IPV6]);
  const open = networks(OPEN_IPV6);
  /** A burst of new connections asks once. */
  const pending = new Map<string, Promise<LookupAddress[]>>();

  function judge(address: string): AddressVerdict {
    const bare = address.replace(/%.*$/, '');
    const family = isIP(bare) === 6 ? 'ipv6' : 'ipv4';
    if (isIP(bare) === 0) return 'refused';
    if (allowed.check(bare, family)) return 'allowed';
    if (family === 'ipv6' && !open.check(bare, family)) return 'refused';
    return closed.check(bare, family) ? 'refused' : 'public';
  }

  function resolveOnce(hostname: string, family: number): Promise<LookupAddress[]> {
    const key = `${family} ${hostname}`;
    const running = pending.get(key);
    if (running !== undefined) return running;
    const started = new Promise<LookupAddress[]>((fulfil, reject) => {
      resolve(hostname, { all: true, family }, (error, addresses) => (error ? reject(error) : fulfil(addresses)));
    }).finally(() => pending.delete(key));
    pending.set(key, started);
    return started;
  }

  async function within(hostname: string, family: number, reach: Reach): Promise<LookupAddress[]> {
    const all = await resolveOnce(hostname, family);
    const fit = all.filter(({ address }) => reaches(judge(address), reach));
    if (fit.length > 0) return fit;
    throw refusal(all.some(({ address }) => judge(address) === 'public'));
  }

  const lookup =
    (reach: Reach): LookupFunction =>
    (hostname, options, done) => {
      const family = options.family === 6 || options.family === 'IPv6' ? 6 : options.family === 4 ? 4 : 0;
      within(hostname, family, reach).then(
        (fit) => (options.all ? done(null, fit) : done(null, fit[0]?.address ?? '', fit[0]?.family)),
        (error: NodeJS.ErrnoException) => done(error, ''),
      );
    };

  function literalError(host: string, reach: Reach): NodeJS.ErrnoException | undefined {
    if (isIP(host) === 0) return undefined;
    const verdict = judge(host);
    return reaches(verdict, reach) ? undefined : refusal(verdict === 'public');
  }

  return {
    judge,
    lookup,
    literalError,
    connect: (host, port, timeoutMs) => {
      const error = literalError(host, 'public');
      if (error !== undefined) return Promise.resolve({ kind: 'failed', code: codeOf(error) });
      return open_({ host, port, lookup: lookup('public') }, timeoutMs);
    },
  };
}

function open_(options: { host: string; port: number; lookup: LookupFunction }, timeoutMs: number): Promise<Connected> {
  return new Promise((fulfil) => {
    const socket = connect(options);
    const fail = (code: string): void => {
      socket.destroy();
      fulfil({ kind: 'failed', code });
    };
    const timer = setTimeout(() => fail('ETIMEDOUT'), timeoutMs);
    const onError = (error: Error): void => {
      clearTimeout(timer);
      fail(codeOf(error));
    };
    socket.once('error', onError);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', onError);
      fulfil({ kind: 'connected', socket });
    });
  });
}

const reaches = (verdict: AddressVerdict, reach: Reach): boolean =>
  verdict === 'allowed' || (verdict === 'public' && reach === 'public');

/** Names no address: a member must not learn by it what the relay's network looks like. */
function refusal(wasPublic: boolean): NodeJS.ErrnoException {
  const code = wasPublic ? 'ERR_HTTPS_REQUIRED' : 'ERR_ADDRESS_REFUSED';
  return Object.assign(new Error('This address may not be connected to'), { code });
}

/** An error's short code; its message may hold an address. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : 'ERR_UNKNOWN';
}

function networks(list: readonly string[]): BlockList {
  const block = new BlockList();
  for (const network of list) {
    const [address = '', prefix] = network.split('/');
    const family = isIP(address);
    const bits = prefix === undefined ? (family === 4 ? 32 : 128) : Number(prefix);
    if (family === 0 || !/^\d+$/.test(String(bits)) || bits > (family === 4 ? 32 : 128)) {
      throw new Error(`Not a network: ${network}`);
    }
    block.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return block;
}
