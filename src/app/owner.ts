/**
 * Which tab of a workspace carries: one at a time, by a Web Lock, has the connections and the rounds (decision 0016).
 * The others show what it says and ask it to act. Knows nothing of what is carried; lock, channel, page and timers are
 * handed in.
 */

/** As the browser's, as far as it is used here; `steal` takes the lock from whoever has it. */
export interface OwnerLocks {
  readonly request: (
    name: string,
    options: { readonly signal?: AbortSignal; readonly steal?: boolean },
    hold: () => Promise<void>,
  ) => Promise<unknown>;
}

export interface OwnerChannel<State, Wish> {
  readonly post: (word: OwnerWord<State, Wish>) => void;
  readonly hear: (onWord: (word: OwnerWord<State, Wish>) => void) => void;
  readonly close: () => void;
}

export type OwnerWord<State, Wish> =
  /** Who owns? Also a ping. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'here'; readonly page: PageState }
  /** Somebody looks at a tab that is not the owner. */
  | { readonly kind: 'wanted' }
  | { readonly kind: 'said'; readonly state: Partial<State> }
  | { readonly kind: 'wished'; readonly wish: Wish };

/** `frozen`: nothing runs until it is shown again. */
export type PageState = 'visible' | 'hidden' | 'frozen';

export interface OwnerDeps<State, Wish> {
  /** Of the lock. */
  readonly name: string;
  /** Undefined in browsers without Web Locks, and on pages without HTTPS: there each tab is for itself. */
  readonly locks: OwnerLocks | undefined;
  readonly channel: OwnerChannel<State, Wish>;
  readonly page: { readonly state: () => PageState; readonly watch: (onChange: () => void) => void };
  readonly setTimer: (run: () => void, delayMs: number) => () => void;
  /** What this tab does for itself and for those that asked. */
  readonly onWish: (wish: Wish) => void;
  /** What the owner said. */
  readonly onSaid: (state: Partial<State>) => void;
  /** The owner did not answer, and this tab has taken its place. */
  readonly onStolen: () => void;
}

export interface Owner<State, Wish> {
  /** `one`: of all tabs. `each`: every tab is an owner. */
  readonly kind: 'one' | 'each';
  readonly isOwner: () => boolean;
  /** Told at once, and at every change. */
  readonly watch: (onChange: (isOwner: boolean) => void) => void;
  /** By the owner: what all tabs show. */
  readonly say: (state: Partial<State>) => void;
  /** Done here where this tab is the owner, else by the owner. */
  readonly ask: (wish: Wish) => void;
  readonly start: () => void;
  readonly close: () => void;
}

const PING_MS = 1_500;
/** So many pings without an answer: a page that only works hard answers within one. */
const UNANSWERED = 4;
/** A hidden tab that comes to the lock leaves it to a visible one; so long it waits for that to speak up. */
const YIELD_MS = 200;

export function createOwner<State, Wish>(deps: OwnerDeps<State, Wish>): Owner<State, Wish> {
  const { name, locks, channel, page } = deps;
  const watchers: ((isOwner: boolean) => void)[] = [];
  let standing: 'follower' | 'holder' | 'owner' = 'follower';
  let said: Partial<State> = {};
  let release = () => {};
  let queued: AbortController | undefined;
  let unanswered = 0;
  let cancelTimer = () => {};
  let isStarted = false;

  const isVisible = () => page.state() === 'visible';

  function stand(next: typeof standing): void {
    const wasOwner = standing === 'owner';
    standing = next;
    if (wasOwner === (next === 'owner')) return;
    for (const watcher of watchers) watcher(!wasOwner);
  }

  /** Behind all who wait already, so that a hidden tab that let go does not come first again. */
  function queue(how: 'wait' | 'steal' = 'wait'): void {
    if (!isStarted || !locks || page.state() === 'frozen' || (queued && how === 'wait')) return;
    const mine = new AbortController();
    queued = mine;
    // Both together are refused by the browser.
    const options = how === 'steal' ? { steal: true } : { signal: mine.signal };
    let wasHeld = false;
    const hold = () => {
      wasHeld = true;
      queued = undefined;
      return new Promise<void>((resolve) => {
        release = resolve;
        if (how === 'steal') deps.onStolen();
        taken();
      });
    };
    const lost = () => {
      // Not where this tab let go of its place in the queue.
      if (mine.signal.aborted) return;
      queued = undefined;
      unanswered = 0;
      stand('follower');
      follow();
      // A browser that refuses the lock itself is asked again later, not in a loop.
      if (wasHeld) queue();
      else deps.setTimer(queue, PING_MS);
    };
    // Rejected: another tab has stolen it, and what this one does is no more its own.
    locks.request(name, options, hold).then(lost, lost);
  }

  function taken(): void {
    cancelTimer();
    stand('holder');
    announce();
    if (isVisible()) stand('owner');
    else cancelTimer = deps.setTimer(() => standing === 'holder' && stand('owner'), YIELD_MS);
  }

  function letGo(): void {
    if (standing === 'follower') return;
    cancelTimer();
    // First all ends that only one tab may do.
    stand('follower');
    release();
  }

  const announce = () => {
    channel.post({ kind: 'here', page: page.state() });
  };

  /** Somebody looks here: an owner that does not answer for seconds is taken to be frozen or broken. */
  function follow(): void {
    cancelTimer();
    if (standing !== 'follower' || !isVisible() || !isStarted) return;
    if (unanswered >= UNANSWERED) {
      unanswered = 0;
      queued?.abort();
      queue('steal');
      return;
    }
    unanswered += 1;
    channel.post({ kind: 'asked' });
    cancelTimer = deps.setTimer(follow, PING_MS);
  }

  function hear(word: OwnerWord<State, Wish>): void {
    switch (word.kind) {
      case 'asked':
        if (standing === 'follower') return;
        announce();
        if (standing === 'owner') channel.post({ kind: 'said', state: said });
        return;
      case 'here':
        unanswered = 0;
        if (standing === 'follower' && word.page !== 'visible' && isVisible()) channel.post({ kind: 'wanted' });
        return;
      case 'wanted':
        if (!isVisible()) letGo();
        return;
      case 'said':
        if (standing !== 'owner') deps.onSaid(word.state);
        return;
      case 'wished':
        if (standing === 'owner') deps.onWish(word.wish);
        return;
    }
  }

  function turned(): void {
    if (!isStarted) return;
    const state = page.state();
    if (state === 'frozen') {
      // A frozen page keeps its locks; this one is given back before.
      queued?.abort();
      queued = undefined;
      letGo();
    } else if (standing === 'follower') {
      unanswered = 0;
      if (!queued) queue();
      follow();
    } else {
      announce();
      if (state === 'visible') stand('owner');
    }
  }

  if (locks) {
    channel.hear(hear);
    page.watch(turned);
  }

  return {
    kind: locks ? 'one' : 'each',
    isOwner: () => standing === 'owner',
    watch(onChange) {
      watchers.push(onChange);
      onChange(standing === 'owner');
    },
    say(state) {
      if (standing !== 'owner') return;
      said = { ...said, ...state };
      if (locks) channel.post({ kind: 'said', state });
    },
    ask(wish) {
      if (standing === 'owner') deps.onWish(wish);
      else channel.post({ kind: 'wished', wish });
    },
    start() {
      if (isStarted) return;
      isStarted = true;
      if (!locks) return stand('owner');
      queue();
      follow();
    },
    close() {
      isStarted = false;
      queued?.abort();
      letGo();
      cancelTimer();
      channel.close();
    },
  };
}
