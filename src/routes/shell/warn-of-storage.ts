/** Says on whatever page one is that this device is nearly full (APP-4), and leads to what is used. Loaded after the first rows. */
import { goto } from '$app/navigation';
import { watchStorage } from '#app/storage-watch';
import type { Device } from '#app/types';
import { m } from '#messages';
import type { Toasts } from '#ui/toasts';

export function warnOfStorage(device: Device, toasts: Pick<Toasts, 'show'>): void {
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- resolve() is for apps under a base path
  const seeWhatIsUsed = () => void goto('/settings/device');
  watchStorage(device, () =>
    toasts.show({
      text: m.shell_storage_low(),
      action: { label: m.shell_storage_see(), act: seeWhatIsUsed },
      ...{ kind: 'bad', stay: true },
    }),
  );
}
