/**
 * The name of a delivery towards providers: the same over all its tries, and the way back from a provider's report.
 * It says nothing of the person, and is the same again after a restore from a backup, so that a provider that tells
 * repeats still does.
 */
import { createHash } from 'node:crypto';
import type { MessageId, WorkspaceId } from '#domain/ids';

/** 128 bits as hex: two messages do not meet, whatever their workspaces. */
export function deliveryKeyPrefix(workspace: WorkspaceId, message: MessageId): string {
  return createHash('sha256').update(`${workspace}\n${message}`).digest('hex').slice(0, 32);
}

export function deliveryKey(prefix: string, recipient: number): string {
  return `${prefix}.${recipient}`;
}

/** Undefined for what is no key of ours; whether its message exists is another question. */
export function parseDeliveryKey(key: string): { readonly prefix: string; readonly recipient: number } | undefined {
  const match = /^([0-9a-f]{32})\.(\d{1,9})$/.exec(key);
  return match ? { prefix: match[1] ?? '', recipient: Number(match[2]) } : undefined;
}
