/**
 * Branded identifiers, so that a group's id is never passed for a contact's.
 * Values are validated once, where they enter (protocol, storage); inside they are trusted.
 */
declare const brand: unique symbol;
export type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 64-bit keyed hash of (key, generation) as 16 lower-case hex digits; see `#log/contact-id`. */
export type ContactId = Branded<'ContactId'>;
/** 64-bit keyed hash of (normalised name, generation) as 16 lower-case hex digits. */
export type GroupId = Branded<'GroupId'>;
/** 64-bit keyed hash of (normalised name, generation), never that of a group of the same name. */
export type CharacteristicId = Branded<'CharacteristicId'>;
/** 64-bit keyed hash of the normalised tag. */
export type TagId = Branded<'TagId'>;
/** 128 random bits, base64url. */
export type ViewId = Branded<'ViewId'>;
export type WorkspaceId = Branded<'WorkspaceId'>;
export type DeviceId = Branded<'DeviceId'>;
export type EntryId = Branded<'EntryId'>;
export type BlockId = Branded<'BlockId'>;
export type ImportId = Branded<'ImportId'>;
/** The draft's id and version: the idempotency key of a message from device to relay. */
export type MessageId = Branded<'MessageId'>;
/** Letters and digits, unique in the workspace, fixed once set (CHA-2). */
export type ChannelCode = Branded<'ChannelCode'>;
/** E.164, with the plus sign. */
export type PhoneNumber = Branded<'PhoneNumber'>;
/** Lower-cased domain, trimmed. */
export type EmailAddress = Branded<'EmailAddress'>;
