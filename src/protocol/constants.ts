/** What browsers need of the protocol apart from the validators, whose library would come along with them. */

export const PROTOCOL_VERSION = 1;

/** Recipients a part at most: about 300 kB compressed, re-sent whole when cut off. */
export const PART_RECIPIENTS = 5_000;
/** Items a page of the receipt feed at most. */
export const FEED_PAGE = 2_000;

/** Entries of a push at most, and its bytes. */
export const PUSH_ENTRIES = 200;
/** Contacts erased at once, and erasures said again. */
export const ERASED_AT_ONCE = 100;
export const PUSH_BYTES = 16_000_000;
/** Ids of blocks, and of entries, asked for at once. */
export const MISSING_BLOCKS = 1_000;
export const ENTRIES_ASKED = 500;

/** Every refusal: a word the app knows, and nothing of the request. */
export const PROBLEMS = [
  'signedOut',
  'forbidden',
  'notFound',
  'malformed',
  'tooLarge',
  'keyMissing',
  'keyReused',
  'partsMissing',
  'partMismatch',
  'behind',
  'erasing',
  'blockTaken',
  'channelGone',
  'codeTaken',
  'nameTaken',
  'linkSpent',
  'foreignOrigin',
  'tooManyRequests',
  'relayFailed',
] as const;
export type Problem = (typeof PROBLEMS)[number];
