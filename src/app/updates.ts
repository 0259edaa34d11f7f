/**
 * Registers the service worker and says when a new version waits. It takes over only on the user's word; other tabs of
 * the same browser are told that it did, and reload when they next change the page, not in the middle of work.
 */
import { Workbox } from 'workbox-window';

export interface UpdateEvents {
  /** A new version is installed and waits. */
  readonly onReady: (apply: () => void) => void;
  /** Another tab let it take over: this tab's code is the older one now. */
  readonly onOutdated: () => void;
  /** The first version is installed: from now on the app starts without a network. */
  readonly onInstalled: () => void;
}

/** An hour: a tab that stays open for days finds new versions too. */
const LOOK_AGAIN_MS = 3_600_000;

export function watchUpdates(events: UpdateEvents): void {
  if (!('serviceWorker' in navigator)) return;
  const workbox = new Workbox('/service-worker.js');
  let applying = false;
  // A page that came from the network at the first visit is not outdated by the first worker taking over.
  const cameFromWorker = navigator.serviceWorker.controller !== null;

  workbox.addEventListener('waiting', () =>
    events.onReady(() => {
      applying = true;
      workbox.messageSkipWaiting();
    }),
  );
  workbox.addEventListener('activated', (event) => {
    if (!event.isUpdate) events.onInstalled();
  });
  workbox.addEventListener('controlling', () => {
    if (applying) location.reload();
    else if (cameFromWorker) events.onOutdated();
  });

  void register(workbox);
}

/** A refusal (no network at the first visit, a private window) leaves an app that works, but only with a network. */
async function register(workbox: Workbox): Promise<void> {
  try {
    await workbox.register();
  } catch {
    return;
  }
  setInterval(() => void workbox.update().catch(() => undefined), LOOK_AGAIN_MS);
}
