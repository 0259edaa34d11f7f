/**
 * Packs old entries of the log on this device while nobody waits for anything: a pack at a time, by the tab that owns
 * the connection, never while it shares. What is packed and when is the store's to know.
 */
import type { PackLimits } from '#storage/pack-types';
import type { Opened } from './opened.ts';

/** Long after the first paint, and seldom: nothing depends on it but room. */
const FIRST_AFTER_MS = 30_000;
const EVERY_MS = 600_000;

/** Two thousand entries are a hundredth of a second each way, and 80 kB. */
const LIMITS: PackLimits = { above: 5_000, keep: 1_000, least: 1_000, most: 2_000 };

export function startLocalPacking(opened: Promise<Opened>): void {
  async function packAll(): Promise<void> {
    const { stores, tabs, owner } = await opened;
    const { packs } = await stores.log();
    const packOne = () => tabs.exclusively('log', () => packs.packOld(LIMITS));
    while (owner.isOwner() && (await packOne()) === 'packed') await idle();
  }

  function again(): void {
    // A disk that fails keeps what it has, as it is.
    void packAll()
      .catch(() => undefined)
      .then(() => setTimeout(again, EVERY_MS));
  }

  setTimeout(again, FIRST_AFTER_MS);
}

/** Until the browser has nothing else to do; Safari does not say when that is. */
function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => resolve());
    else setTimeout(resolve, 100);
  });
}
