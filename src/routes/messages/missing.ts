/** The first thing that is missing before a message can be written, in the order in which it is put right. */
import type { App } from '#app/types';

export type Missing = 'contacts' | 'relay' | 'owner' | 'session' | 'connection' | 'channel' | 'message';

/** Undefined: nothing is; `notKnown`: it will be in a moment. A known channel is enough to write, whatever the connection does. */
export function missingForSending(
  app: Pick<App, 'contacts' | 'channels' | 'connection'>,
): Missing | 'notKnown' | undefined {
  if (app.channels.list.length === 0) {
    switch (app.connection.state) {
      case 'none':
        return 'relay';
      case 'unclaimed':
        return 'owner';
      case 'signedOut':
        return 'session';
      case 'offline':
        return 'connection';
      case 'online':
        return app.channels.loading === 'loading' ? 'notKnown' : 'channel';
      case 'starting':
        return 'notKnown';
    }
  }
  if (app.contacts.loading === 'loading') return app.contacts.total > 0 ? undefined : 'notKnown';
  return app.contacts.total === 0 ? 'contacts' : undefined;
}
