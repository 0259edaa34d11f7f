/** Which of the three promises the status chip can make, in a word and a tone (SYN-9). */
import type { App } from '#app/types';
import { m } from '#messages';
import { getLocale } from '#paraglide/runtime';
import type { Tone } from '#ui/icon';

export interface Status {
  readonly tone: Tone;
  readonly text: string;
  /** Worth a line above the bar where it is narrow: something waits or is wrong. */
  readonly loud: boolean;
}

export function statusOf({ connection, sharing, content }: Pick<App, 'connection' | 'sharing' | 'content'>): Status {
  const count = connection.waiting;
  switch (connection.state) {
    case 'offline':
      return {
        tone: 'wait',
        text: count > 0 ? m.shell_status_offline_waiting({ count }) : m.shell_status_offline(),
        loud: true,
      };
    case 'unclaimed':
      return { tone: 'wait', text: m.shell_status_unclaimed(), loud: count > 0 };
    case 'signedOut':
      return { tone: 'wait', text: m.shell_status_signed_out(), loud: true };
    case 'none':
      return count > 0
        ? { tone: 'wait', text: m.shell_status_waiting({ count }), loud: true }
        : { tone: 'neutral', text: m.shell_status_none(), loud: false };
    case 'starting':
    case 'online':
      if (count > 0) return { tone: 'wait', text: m.shell_status_waiting({ count }), loud: true };
      if (sharing.refused > 0)
        return { tone: 'bad', text: m.shell_status_refused({ count: sharing.refused }), loud: true };
      if (connection.state === 'starting') return { tone: 'good', text: m.shell_status_saved(), loud: false };
      if (sharing.blocks) return { tone: 'neutral', text: movingText(sharing.blocks), loud: false };
      return sharing.pending > 0 || content.sharing === 'sharing'
        ? { tone: 'neutral', text: m.shell_status_sharing(), loud: false }
        : { tone: 'good', text: m.shell_status_shared(), loud: false };
  }
}

function movingText({ way, done, of }: NonNullable<App['sharing']['blocks']>): string {
  const share = new Intl.NumberFormat(getLocale(), { style: 'percent' }).format(done / of);
  return way === 'down' ? m.shell_status_blocks_down({ share }) : m.shell_status_blocks_up({ share });
}
