/** Tabs of one browser in memory: their lock, their channel, the time, and pages that are hidden, frozen or killed. */
import { createOwner, type OwnerLocks, type OwnerWord, type PageState } from '#app/owner';

type Word = OwnerWord<TabState, string>;
export interface TabState {
  readonly relay: string;
}

interface Request {
  readonly tab: string;
  readonly hold: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export function createTabWorld() {
  let holder: Request | undefined;
  const queue: Request[] = [];
  const timers: { readonly tab: string; readonly at: number; readonly run: () => void }[] = [];
  const listeners = new Map<string, (word: Word) => void>();
  /** Frozen or busy: nothing runs there, and its lock stays. */
  const silent = new Set<string>();
  /** What reaches it there waits until it runs again. */
  const waiting: (() => void)[] = [];
  const dead = new Set<string>();
  let nowMs = 0;

  const deliver = (tab: string, run: () => void) => {
    if (dead.has(tab)) return;
    if (silent.has(tab)) waiting.push(() => deliver(tab, run));
    else run();
  };

  function grant(): void {
    if (holder) return;
    const next = queue.shift();
    if (next) give(next);
  }

  function give(request: Request): void {
    holder = request;
    queueMicrotask(() =>
      deliver(request.tab, () => {
        void request.hold().then(() => {
          if (holder !== request) return;
          holder = undefined;
          request.resolve();
          grant();
        });
      }),
    );
  }

  const locksOf = (tab: string): OwnerLocks => ({
    request: (_name, { signal, steal }, hold) =>
      new Promise<void>((resolve, reject) => {
        const request: Request = {
          tab,
          hold,
          resolve,
          reject: (error) => deliver(tab, () => reject(error)),
        };
        signal?.addEventListener('abort', () => {
          const at = queue.indexOf(request);
          if (at < 0) return;
          queue.splice(at, 1);
          request.reject(new DOMException('given up', 'AbortError'));
        });
        if (steal === true) {
          holder?.reject(new DOMException('stolen', 'AbortError'));
          give(request);
        } else {
          queue.push(request);
          grant();
        }
      }),
  });

  /** What is on its way arrives. */
  async function settle(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  }

  function openTab(tab: string, first: PageState = 'visible', locks: 'locks' | 'none' = 'locks') {
    let page = first;
    let turned = () => {};
    const wishes: string[] = [];
    const said: TabState[] = [];
    let stolen = 0;
    const owner = createOwner<TabState, string>({
      name: 'owner',
      locks: locks === 'locks' ? locksOf(tab) : undefined,
      channel: {
        post: (word) => {
          for (const [other, listener] of listeners)
            if (other !== tab) queueMicrotask(() => deliver(other, () => listener(word)));
        },
        hear: (onWord) => listeners.set(tab, onWord),
        close: () => listeners.delete(tab),
      },
      page: { state: () => page, watch: (onChange) => (turned = onChange) },
      setTimer(run, delayMs) {
        const timer = { tab, at: nowMs + delayMs, run };
        timers.push(timer);
        return () => {
          if (timers.includes(timer)) timers.splice(timers.indexOf(timer), 1);
        };
      },
      onWish: (wish) => wishes.push(wish),
      onSaid: (state) => said.push(state as TabState),
      onStolen: () => (stolen += 1),
    });
    const stood: boolean[] = [];
    owner.watch((isOwner) => stood.push(isOwner));
    owner.start();
    return {
      tab,
      owner,
      wishes,
      said,
      stood,
      stolen: () => stolen,
      async turn(state: PageState) {
        page = state;
        turned();
        await settle();
      },
      /** As a page in an endless loop: it answers nothing. */
      hang: () => silent.add(tab),
      async wake() {
        silent.delete(tab);
        for (const run of waiting.splice(0)) run();
        await settle();
      },
      /** The browser gives its locks back. */
      async kill() {
        dead.add(tab);
        listeners.delete(tab);
        for (const request of [...queue].filter((one) => one.tab === tab)) queue.splice(queue.indexOf(request), 1);
        if (holder?.tab === tab) {
          holder = undefined;
          grant();
        }
        await settle();
      },
    };
  }

  return {
    openTab,
    settle,
    async pass(ms: number) {
      const end = nowMs + ms;
      await settle();
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((one, other) => one.at - other.at)[0];
        if (!next) break;
        timers.splice(timers.indexOf(next), 1);
        nowMs = next.at;
        deliver(next.tab, next.run);
        await settle();
      }
      nowMs = end;
    },
  };
}
