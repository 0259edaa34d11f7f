/** Whether the browser offers to install the app, and doing so. Chromium alone offers; on iOS a person does it by hand. */
export interface Install {
  /** Reactive. `byHand`: Safari on iOS, by its share menu. */
  readonly state: 'unavailable' | 'offered' | 'byHand' | 'installed';
  readonly ask: () => Promise<void>;
}

/** Not in TypeScript's own types: no standard yet (WICG manifest incubations). */
interface BeforeInstallPromptEvent extends Event {
  readonly prompt: () => Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

/** Made with the first page: the browser's offer comes once, and early. */
export function createInstall(): Install {
  let offer: BeforeInstallPromptEvent | undefined;
  let state = $state<Install['state']>(atStart());

  addEventListener('beforeinstallprompt', (event) => {
    // Without this the browser shows a banner of its own, at a moment of its own.
    event.preventDefault();
    offer = event as BeforeInstallPromptEvent;
    state = 'offered';
  });
  addEventListener('appinstalled', () => {
    state = 'installed';
  });

  return {
    get state() {
      return state;
    },
    async ask() {
      const answer = await offer?.prompt();
      // An offer can be used once.
      offer = undefined;
      if (answer) state = answer.outcome === 'accepted' ? 'installed' : 'unavailable';
    },
  };
}

function atStart(): Install['state'] {
  if (matchMedia('(display-mode: standalone)').matches) return 'installed';
  const isApple =
    /iPhone|iPad/.test(navigator.userAgent) || (navigator.userAgent.includes('Mac') && navigator.maxTouchPoints > 1);
  return isApple ? 'byHand' : 'unavailable';
}
