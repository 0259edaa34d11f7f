/** This device: how much is stored, whether the browser keeps it, the default country, and leaving without a trace. */
import type { Device } from './types.ts';
import type { Opened } from './opened.ts';

export function createDevice(opened: Promise<Opened>, wipe: () => Promise<void>): Device {
  let usedBytes = $state(0);
  let quotaBytes = $state(0);
  let kept = $state<Device['kept']>('unknown');
  let country = $state(browserCountry());

  async function measure(): Promise<void> {
    const { usage = 0, quota = 0 } = await navigator.storage.estimate();
    usedBytes = usage;
    quotaBytes = quota;
    kept = (await navigator.storage.persisted()) ? 'kept' : 'bestEffort';
  }

  async function readCountry(): Promise<void> {
    const { stores } = await opened;
    country = (await stores.meta.get('country')) ?? country;
  }

  // Absent outside secure contexts; then nothing is known, and nothing breaks.
  measure().catch(() => {});
  readCountry().catch(() => {});

  return {
    get usedBytes() {
      return usedBytes;
    },
    get quotaBytes() {
      return quotaBytes;
    },
    get kept() {
      return kept;
    },
    get country() {
      return country;
    },
    measure,
    async askToKeep() {
      await navigator.storage.persist();
      await measure();
    },
    wipe,
    async setCountry(next) {
      const { stores } = await opened;
      await stores.meta.set('country', next);
      country = next;
    },
  };
}

/** The region of the browser's language, or the one where most of its speakers live. */
function browserCountry(): string {
  return new Intl.Locale(navigator.language).maximize().region ?? 'US';
}
