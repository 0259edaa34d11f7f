/** Whether a message has waited so long that it leaves only after somebody says so again (MSG-7). */
import { ASKS_AGAIN_AFTER_MS } from '#domain/message';
import type { OutboxRow } from '#storage/message-types';

export function asksAgain(row: Pick<OutboxRow, 'message' | 'confirmedAt'>, now: number): boolean {
  return now - (row.confirmedAt ?? row.message.createdAt) > ASKS_AGAIN_AFTER_MS;
}
