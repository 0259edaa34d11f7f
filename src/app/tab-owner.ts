/** The owner among the tabs of a workspace, on the browser's own locks, channel and page; what it says and is asked. */
import type { WorkspaceId } from '#domain/ids';
import { createOwner, type Owner, type OwnerWord, type PageState } from './owner.ts';
import type { Connection, Sharing } from './types.ts';

/** What all tabs show of the one that has the connection. */
export interface OwnerState {
  readonly connection: Pick<Connection, 'state' | 'lastSeenAt' | 'memberName'>;
  readonly sharing: Pick<Sharing, 'phase' | 'blocks'>;
}

/** `check`: is the relay there? `share`, `send`, `pull`: the log, the outbox, the receipts have something. */
export type Wish = 'check' | 'share' | 'send' | 'pull';

export type TabOwner = Owner<OwnerState, Wish>;

export interface TabOwnerEvents {
  readonly onWish: (wish: Wish) => void;
  readonly onSaid: (state: Partial<OwnerState>) => void;
  readonly onStolen: () => void;
}

export function createTabOwner(workspace: WorkspaceId, events: TabOwnerEvents): TabOwner {
  const channel = new BroadcastChannel(`fieldcast.${workspace}.owner`);
  let isFrozen = false;
  const state = (): PageState => (isFrozen ? 'frozen' : document.visibilityState);

  return createOwner<OwnerState, Wish>({
    ...events,
    name: `fieldcast/${workspace}/owner`,
    locks: 'locks' in navigator ? navigator.locks : undefined,
    channel: {
      post: (word) => {
        channel.postMessage(word);
      },
      hear: (onWord) => {
        channel.addEventListener('message', ({ data }: MessageEvent<OwnerWord<OwnerState, Wish>>) => {
          onWord(data);
        });
      },
      close: () => {
        channel.close();
      },
    },
    page: {
      state,
      watch(onChange) {
        document.addEventListener('visibilitychange', onChange);
        for (const name of ['freeze', 'resume'])
          document.addEventListener(name, () => {
            isFrozen = name === 'freeze';
            onChange();
          });
      },
    },
    setTimer(run, delayMs) {
      const timer = setTimeout(run, delayMs);
      return () => {
        clearTimeout(timer);
      };
    },
  });
}
