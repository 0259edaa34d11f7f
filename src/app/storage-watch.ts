/**
 * Says before this device is full (APP-4): looks now and then, and once more after it had room again. What is low is the
 * browser's own reckoning, which is a guess within some megabytes.
 */
import type { Device } from './types.ts';

/** A tenth of what the browser allows: an import of a large file still fits. */
const LOW_SHARE = 0.9;
/** An import of a million contacts takes some minutes to be thought over. */
const LOOK_EVERY_MS = 60_000;

type Measured = Pick<Device, 'usedBytes' | 'quotaBytes'>;

/** `neededBytes`: more than is stored by now, such as the copy of a file and its contacts. */
export const isStorageLow = ({ usedBytes, quotaBytes }: Measured, neededBytes = 0): boolean =>
  quotaBytes > 0 && (usedBytes > LOW_SHARE * quotaBytes || usedBytes + neededBytes > quotaBytes);

/** `measure` brings the figures up to date. */
export function watchStorage(
  device: Measured & Pick<Device, 'measure'>,
  onLow: () => void,
  every: (look: () => void, ms: number) => void = setInterval,
): void {
  let before: 'enough' | 'low' = 'enough';
  async function look(): Promise<void> {
    await device.measure();
    const now = isStorageLow(device) ? 'low' : 'enough';
    if (now === 'low' && before === 'enough') onLow();
    before = now;
  }
  // Where nothing can be measured, nothing is known, and nothing breaks.
  const tryToLook = () => void look().catch(() => undefined);
  tryToLook();
  every(tryToLook, LOOK_EVERY_MS);
}
