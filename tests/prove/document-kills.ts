/**
 * The relay is killed at the very moment a device hears that all it wrote into the document is shared. Every device is
 * wiped then, so that none can bring back what the relay lost; a fresh one must find all that was acknowledged.
 */
import { createDocumentDevice, until, type DocumentDevice } from '../builders/document-device.ts';
import { between, createRandom } from '../builders/random.ts';
import { createRelayClient } from '../builders/relay-client.ts';
import { startRelay, temporaryFolder } from '../builders/relay-process.ts';

export interface DocumentKillsOptions {
  readonly kills: number;
  readonly seed: number;
  readonly root?: string;
}

export const LOST_SHARED = /said to be shared/;
const DEVICES = 3;
const MOST_WRITES = 5;

export async function proveDocumentKills({
  kills,
  seed,
  root,
}: DocumentKillsOptions): Promise<{ readonly problems: readonly string[]; readonly summary: string }> {
  const random = createRandom(seed);
  const folder = await temporaryFolder('document-kills');
  const tree = root === undefined ? {} : { root };
  let relay = await startRelay({ data: folder.path, ...tree });
  const client = createRelayClient(relay.url);
  const acknowledged = new Set<string>();
  const problems: string[] = [];
  try {
    await client.claim(relay.claimToken ?? '');
    for (let round = 0; round < kills; round += 1) {
      const devices = Array.from({ length: DEVICES }, () => createDocumentDevice(relay.url, client.cookie()));
      await Promise.all(devices.map((device) => device.isShared()));
      const written = devices.map((device, index) => writeInto(device, `r${String(round)}d${String(index)}`, random));
      await until(() => devices.some((device) => device.sharing() === 'shared'), 'one hears that it is shared');
      const dying = relay.kill();
      devices.forEach((device, index) => {
        if (device.sharing() === 'shared') for (const key of written[index] ?? []) acknowledged.add(key);
        device.disconnect();
      });
      await dying;
      relay = await startRelay({ data: folder.path, ...tree });
      const fresh = createDocumentDevice(relay.url, client.cookie());
      await fresh.isShared();
      const missing = [...acknowledged].filter((key) => !fresh.map.has(key)).length;
      fresh.disconnect();
      if (missing > 0) problems.push(`changes that were said to be shared are gone after a kill: ${String(missing)}`);
    }
  } finally {
    await relay.stop().catch(() => undefined);
    await folder.remove();
  }
  return {
    problems: problems.slice(0, 1),
    summary: `${String(kills)} kills, ${String(acknowledged.size)} changes acknowledged`,
  };
}

function writeInto(device: DocumentDevice, name: string, random: () => number): string[] {
  const keys = Array.from(
    { length: Math.ceil(between(random, 0, MOST_WRITES)) },
    (_, n) => `${name}n${String(n)}/name`,
  );
  for (const key of keys) device.map.set(key, name);
  return keys;
}
