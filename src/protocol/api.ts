/**
 * What app and relay say to each other over HTTP. Bodies are JSON but for recipient parts, which are blocks
 * (`#log/block`, kind `recipients`). Validators are the single way in; what they let through is trusted.
 *
 *     GET    /api/session                    → SessionAnswer
 *     POST   /api/claim                      ClaimRequest → SessionAnswer, and the session's cookie
 *     POST   /api/sign-in                    SignInRequest → the same
 *     POST   /api/sign-out                   → SessionAnswer
 *     POST   /api/links                      → LinkAnswer: signs a second device of the same member in
 *     GET    /api/channels                   → ChannelsAnswer
 *     POST   /api/channels                   ChannelRequest → Channel
 *     PATCH  /api/channels/:code             ChannelChange → Channel
 *     DELETE /api/channels/:code             → {}
 *     POST   /api/channels/:code/test        channelTestRequest → works, or fails with a reason
 *     POST   /api/messages                   MessageRequest, `Idempotency-Key` its id → IntakeAnswer
 *     PUT    /api/messages/:id/parts/:index  a block; `x-part-hash` its SHA-256 in hex → {}
 *     POST   /api/messages/:id/complete      → 202, CompleteAnswer
 *     GET    /api/messages?limit=            → MessagesAnswer
 *     GET    /api/messages/:id               → MessageAnswer
 *     GET    /api/receipts?after=&limit=     → FeedAnswer
 *     GET    /api/events                     server-sent events: `hello` with Hello, `receipts` and `log` with {"cursor"},
 *                                            `content` once where the document is another than `hello` said, `ping`
 *
 * The log and its blocks: `log.ts`.
 * A refusal is a `ProblemAnswer` with a fitting status; 429 says in `Retry-After` when to come again.
 */
import * as v from 'valibot';
import { CHANNEL_CODE_PATTERN, CHANNEL_NAME_LENGTH, PLATFORMS, type Channel } from '#domain/channel';
import type { DeliveryFigures, Receipt } from '#domain/delivery';
import type { ChannelCode, EntryId, MessageId, WorkspaceId } from '#domain/ids';
import { PRIORITIES, type MessageContent } from '#domain/message';
import { PART_RECIPIENTS, type PROTOCOL_VERSION, type Problem } from './constants.ts';

/** Bytes of a part at most, as sent. */
export const PART_BYTES = 4_000_000;

const id = (length: number) => v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/), v.minLength(8), v.maxLength(length));
const shortText = (length: number) => v.pipe(v.string(), v.maxLength(length));
const fields = v.record(v.pipe(v.string(), v.regex(/^[a-zA-Z]{1,40}$/)), shortText(2_000));
const code = v.pipe(
  v.string(),
  v.regex(CHANNEL_CODE_PATTERN),
  v.transform((value) => value as ChannelCode),
);
const perSecond = v.pipe(v.number(), v.minValue(0.01), v.maxValue(100_000));

export const claimRequest = v.strictObject({
  token: id(100),
  workspace: v.strictObject({
    id: v.pipe(
      id(40),
      v.transform((value) => value as WorkspaceId),
    ),
    name: v.pipe(shortText(80), v.nonEmpty()),
    salt: id(100),
  }),
  memberName: v.pipe(shortText(80), v.nonEmpty()),
});
export type ClaimRequest = v.InferOutput<typeof claimRequest>;

export const signInRequest = v.strictObject({ token: id(100) });

export interface SessionAnswer {
  readonly protocol: typeof PROTOCOL_VERSION;
  readonly claimed: boolean;
  readonly actor?: {
    readonly member: string;
    readonly name: string;
    readonly role: 'owner';
    readonly workspace: WorkspaceId;
    /** With these a browser that lacks the workspace can open it. */
    readonly workspaceName: string;
    readonly salt: string;
  };
}

/** Works once, till then (milliseconds since 1970), by `POST /api/sign-in`; the token stands nowhere else. */
export interface LinkAnswer {
  readonly token: string;
  readonly expiresAt: number;
}

export const channelRequest = v.strictObject({
  code,
  name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(CHANNEL_NAME_LENGTH)),
  platform: v.picklist(PLATFORMS),
  settings: fields,
  credentials: fields,
  perSecond: v.optional(perSecond),
});
export type ChannelRequest = v.InferOutput<typeof channelRequest>;

/** Absent credentials stay as they are. */
export const channelChange = v.strictObject({
  name: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(CHANNEL_NAME_LENGTH))),
  settings: v.optional(fields),
  credentials: v.optional(fields),
  perSecond: v.optional(perSecond),
});
export type ChannelChange = v.InferOutput<typeof channelChange>;

export interface ChannelsAnswer {
  readonly channels: readonly Channel[];
  /** Another one where anything in the list is. Older relays say none. */
  readonly revision?: string;
}

/** Tries the credentials, and with an address also sends a marked test message there (CHA-4). */
export const channelTestRequest = v.strictObject({
  address: v.optional(shortText(200)),
  content: v.optional(v.unknown()),
});

const template = shortText(20_000);
export const messageContent: v.GenericSchema<unknown, MessageContent> = v.variant('kind', [
  v.strictObject({
    kind: v.literal('email'),
    subject: v.pipe(shortText(998), v.nonEmpty()),
    text: v.pipe(template, v.nonEmpty()),
  }),
  v.strictObject({
    kind: v.literal('sms-template'),
    templateId: v.pipe(shortText(40), v.nonEmpty()),
    parameters: v.pipe(v.array(shortText(500)), v.maxLength(30)),
    templateText: shortText(2_000),
  }),
  v.strictObject({ kind: v.literal('text'), text: v.pipe(template, v.nonEmpty()) }),
]);

/** `POST /api/messages`, with the message's id as `Idempotency-Key`. The answer names the parts that are missing. */
export const messageRequest = v.strictObject({
  id: v.pipe(
    id(80),
    v.transform((value) => value as MessageId),
  ),
  channel: code,
  content: messageContent,
  priority: v.picklist(PRIORITIES),
  planned: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  effective: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  parts: v.pipe(
    v.array(
      v.strictObject({
        hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
        count: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(PART_RECIPIENTS)),
      }),
    ),
    v.minLength(1),
    v.maxLength(400),
  ),
});
export type MessageRequest = v.InferOutput<typeof messageRequest>;

export interface IntakeAnswer {
  readonly state: 'receiving' | 'accepted';
  readonly missingParts: readonly number[];
}

/** `POST /api/messages/:id/complete`: the relay has everything on disk. Only this is "accepted by the relay". */
export interface CompleteAnswer {
  readonly state: 'accepted';
  readonly recipients: number;
}

export interface MessageAnswer {
  readonly id: MessageId;
  readonly channel: ChannelCode;
  readonly state: 'receiving' | 'queued' | 'sending' | 'sent';
  readonly planned: number;
  readonly effective: number;
  readonly recipients: number;
  readonly receivedAt: number;
  readonly finishedAt?: number;
  readonly figures: DeliveryFigures;
}

/** `GET /api/messages?limit=`, newest first. */
export interface MessagesAnswer {
  readonly messages: readonly MessageAnswer[];
}

export interface FeedAnswer {
  readonly items: readonly (Receipt & { readonly cursor: number; readonly message: MessageId })[];
  /** Ask again after this one; equal to the request's where nothing is new. */
  readonly cursor: number;
}

/**
 * How each event stream begins: as whom the relay knows the device, and how far everything is. A device that is as far
 * asks for nothing.
 */
export interface Hello {
  readonly session: SessionAnswer;
  /** As in `RelayClock`: of another one nothing that follows can be compared. */
  readonly incarnation: string;
  /** The newest position of the log, and the newest cursor of the receipts. */
  readonly log: number;
  /** Which entry stands at that position: a log put back from a backup may have come to the same one by others. */
  readonly lastEntry?: EntryId;
  readonly receipts: number;
  /** `ChannelsAnswer`'s revision. */
  readonly channels: string;
  /** State of the document `content` (`documents.ts`). */
  readonly content: string;
}

export interface ProblemAnswer {
  readonly problem: Problem;
}
