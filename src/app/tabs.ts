/**
 * What the tabs of one workspace tell each other, and the locks that they share. Names only, no data: who hears of a
 * change reads it from the disk.
 */
import type { WorkspaceId } from '#domain/ids';

/** `audience`: the log grew; `audienceAnew`: entries that were known changed. `sharing`: more or fewer of them wait. `messages`: outbox, messages or receipts changed. `gone`: the workspace left this device. */
export type News = 'audience' | 'audienceAnew' | 'sharing' | 'messages' | 'channels' | 'session' | 'gone';
export type LockName = 'outbox' | 'receipts' | 'log' | 'documents';

export interface Tabs {
  readonly tell: (news: News) => void;
  readonly hear: (onNews: (news: News) => void) => void;
  readonly exclusively: <Value>(name: LockName, run: () => Promise<Value>) => Promise<Value>;
  readonly close: () => void;
}

export function createTabs(workspace: WorkspaceId): Tabs {
  const channel = new BroadcastChannel(`fieldcast.${workspace}.tabs`);
  return {
    tell: (news) => {
      channel.postMessage(news);
    },
    hear: (onNews) => {
      channel.addEventListener('message', (event: MessageEvent<News>) => {
        onNews(event.data);
      });
    },
    exclusively: (name, run) => navigator.locks.request(`fieldcast.${workspace}.${name}`, run) as Promise<never>,
    close: () => {
      channel.close();
    },
  };
}
