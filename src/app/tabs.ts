/**
 * What the tabs of one workspace tell each other, and the locks that they share. Names only, no data: who hears of a
 * change reads it from the disk.
 */
import type { WorkspaceId } from '#domain/ids';

/** `audience`: the log grew; `audienceAnew`: entries that were known changed; `erased`: somebody was erased, and imports may begin anew. `sharing`: more or fewer of them wait. `messages`: outbox, messages or receipts changed. `views`: those kept on this device. `gone`: the workspace left this device. */
export type News =
  'audience' | 'erased' | 'audienceAnew' | 'sharing' | 'messages' | 'channels' | 'session' | 'views' | 'gone';
export type LockName = 'outbox' | 'receipts' | 'log' | 'views';

const LOCKS: readonly LockName[] = ['outbox', 'receipts', 'log', 'views'];

export interface Tabs {
  readonly tell: (news: News) => void;
  readonly hear: (onNews: (news: News) => void) => void;
  readonly exclusively: <Value>(name: LockName, run: () => Promise<Value>) => Promise<Value>;
  /** Takes all locks from whoever has them: a tab that is frozen would keep them for ever. */
  readonly breakLocks: () => void;
  readonly close: () => void;
}

export function createTabs(workspace: WorkspaceId): Tabs {
  const channel = new BroadcastChannel(`fieldcast.${workspace}.tabs`);
  // Absent in old browsers, and on pages without HTTPS.
  const locks = 'locks' in navigator ? navigator.locks : undefined;
  const nameOf = (name: LockName) => `fieldcast.${workspace}.${name}`;
  const alone = createTurns();
  return {
    tell: (news) => {
      channel.postMessage(news);
    },
    hear: (onNews) => {
      channel.addEventListener('message', (event: MessageEvent<News>) => {
        onNews(event.data);
      });
    },
    exclusively: (name, run) => (locks ? (locks.request(nameOf(name), run) as Promise<never>) : alone(name, run)),
    breakLocks() {
      for (const name of LOCKS) locks?.request(nameOf(name), { steal: true }, () => undefined).catch(() => {});
    },
    close: () => {
      channel.close();
    },
  };
}

/** One after the other within this tab. */
function createTurns(): Tabs['exclusively'] {
  const last = new Map<LockName, Promise<unknown>>();
  return (name, run) => {
    const turn = (last.get(name) ?? Promise.resolve()).then(run);
    last.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  };
}
