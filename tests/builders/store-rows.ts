/** Rows for tests of the relay's store and dispatch: a channel, a message with its parts, and a message taken in whole. */
import type { ChannelCode, MessageId, WorkspaceId } from '#domain/ids';
import type { MessageContent, Priority } from '#domain/message';
import type { Batch, ChannelRow, FeedItem, MessageIntake, RecipientPart, RelayStore } from '#relay/store/types';

export const WORKSPACE = 'workspace-one-0000001' as WorkspaceId;
export const OTHER_WORKSPACE = 'workspace-two-0000002' as WorkspaceId;
export const CHANNEL = 'hook' as ChannelCode;
export const START = 1_800_000_000_000;
export const DAY_MS = 24 * 3_600_000;

export const messageId = (name: string) => `message-${name}` as MessageId;
export const codeOf = (code: string) => code as ChannelCode;

export function channelRow(changes: Partial<ChannelRow> = {}): ChannelRow {
  const code = changes.code ?? CHANNEL;
  return {
    workspace: WORKSPACE,
    code,
    name: `Channel ${code}`,
    type: 'webhook',
    platform: 'http-webhook',
    settings: { url: 'https://example.test/in' },
    sealedCredentials: 'sealed',
    callbackSecret: `secret-${changes.workspace ?? WORKSPACE}-${code}`,
    ...changes,
  };
}

export interface MessagePlan {
  readonly name?: string;
  readonly workspace?: WorkspaceId;
  readonly channel?: ChannelCode;
  readonly content?: MessageContent;
  readonly priority?: Priority;
  /** Recipients a part. */
  readonly counts?: readonly number[];
  readonly receivedAt?: number;
  readonly purgeAt?: number;
}

export function intakeOf(plan: MessagePlan = {}): MessageIntake {
  const counts = plan.counts ?? [3];
  const effective = counts.reduce((sum, count) => sum + count, 0);
  const name = plan.name ?? 'one';
  return {
    workspace: plan.workspace ?? WORKSPACE,
    id: messageId(name),
    author: 'owner',
    channel: plan.channel ?? CHANNEL,
    content: plan.content ?? { kind: 'text', text: 'Hello {{name|you}}' },
    priority: plan.priority ?? 'medium',
    planned: effective + 1,
    effective,
    parts: counts.map((count, index) => ({ hash: partHash(name, index), count })),
    receivedAt: plan.receivedAt ?? START,
    purgeAt: plan.purgeAt ?? START + 60 * DAY_MS,
  };
}

const partHash = (name: string, index: number) =>
  Buffer.from(`${name} ${index}`).toString('hex').padEnd(64, '0').slice(0, 64);

/** Address `<name>/<recipient>`, so that a journal of addresses says which deliveries were called. */
export function addressOf(name: string, recipient: number): string {
  return `${name}/${recipient}`;
}

export function partOf(plan: MessagePlan, index: number): RecipientPart {
  const counts = plan.counts ?? [3];
  const name = plan.name ?? 'one';
  const first = counts.slice(0, index).reduce((sum, count) => sum + count, 0);
  const recipients = Array.from({ length: counts[index] ?? 0 }, (_, at) => first + at);
  return {
    index,
    hash: partHash(name, index),
    contacts: recipients.map((recipient) => recipient.toString(16).padStart(16, '0')),
    addresses: recipients.map((recipient) => addressOf(name, recipient)),
    variables: { name: recipients.map((recipient) => `Person ${recipient}`) },
  };
}

/** Taken in and complete; the channel is there already. */
export async function takeIn(store: RelayStore, plan: MessagePlan = {}, batchSize = 1_000): Promise<MessageIntake> {
  const message = intakeOf(plan);
  await store.intake(message);
  for (const [index] of message.parts.entries())
    await store.addPart(message.workspace, message.id, partOf(plan, index));
  await store.complete(message.workspace, message.id, batchSize, message.receivedAt);
  return message;
}

export async function claimAny(store: RelayStore, owner: string, now = START, leaseMs = 15_000): Promise<Batch> {
  const batch = await store.claimBatch({ workspace: WORKSPACE, code: CHANNEL }, owner, now, now + leaseMs);
  if (!batch) throw new Error('nothing to claim');
  return batch;
}

/** The whole feed, in pages as a device reads it. */
export async function readFeed(store: RelayStore, workspace = WORKSPACE, page = 100): Promise<FeedItem[]> {
  const items: FeedItem[] = [];
  for (;;) {
    const more = await store.feed(workspace, items.at(-1)?.cursor ?? 0, page);
    items.push(...more);
    if (more.length < page) return items;
  }
}
