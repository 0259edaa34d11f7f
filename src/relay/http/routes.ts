/**
 * Every route of the relay: what it is, who may, how often, how much. A route cannot exist outside this table, and each
 * row is tried with every kind of actor by `tests/relay/http-authorisation.test.ts`.
 */
import { PART_BYTES } from '#protocol/api';
import { PUSH_BYTES } from '#protocol/constants';
import { BLOCK_BYTES } from '#protocol/log';
import type { Limit } from '#relay/auth/rate-limit';
import type { Answer, Call, HttpDeps, MemberCall } from './call.ts';
import { getBlock, postMissing, putBlock } from './block-routes.ts';
import { postCallback } from './callback-routes.ts';
import { deleteChannel, getChannels, patchChannel, postChannel } from './channel-routes.ts';
import { postChannelTest } from './channel-test.ts';
import { postEntries, postErasure, postErasuresAgain } from './erasure-routes.ts';
import { getLog, getUploads, postLog } from './log-routes.ts';
import { getMessage, getMessages, postComplete, postMessage, putPart } from './message-routes.ts';
import { getHealth, getMetrics } from './operator-routes.ts';
import { getEvents, getReceipts } from './receipt-routes.ts';
import { getSession, postClaim, postLink, postSignIn, postSignOut } from './session-routes.ts';

interface RouteRow {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  /** `app`: only the app itself, by origin; `anywhere`: other servers too, which carry no cookie that counts. */
  readonly from: 'app' | 'anywhere';
  readonly limit: Limit;
  readonly bodyBytes: number;
}
export interface OpenRoute extends RouteRow {
  /** `claimer`: whoever holds the claim link of an unclaimed relay; `operator`: the metrics token, or an owner. */
  readonly may: 'anyone' | 'claimer' | 'operator';
  readonly handle: (call: Call, deps: HttpDeps) => Promise<Answer>;
}
export interface MemberRoute extends RouteRow {
  readonly may: 'member' | 'owner';
  readonly handle: (call: MemberCall, deps: HttpDeps) => Promise<Answer>;
}
export type Route = OpenRoute | MemberRoute;

/** For one caller each: a session, or where there is none an address. */
const ENTRY: Limit = { name: 'entry', perSecond: 10 / 60, burst: 10 };
const API: Limit = { name: 'api', perSecond: 100, burst: 300 };
/** A message of two million recipients is 400 parts. */
const PARTS: Limit = { name: 'parts', perSecond: 500, burst: 1_000 };
/** A million contacts are 250 blocks, and a new device takes them as fast as it can. */
const BLOCKS: Limit = { name: 'blocks', perSecond: 500, burst: 1_000 };
/** Each is up to 200 entries in one durable commit. */
const PUSHES: Limit = { name: 'pushes', perSecond: 50, burst: 200 };
const LINKS: Limit = { name: 'links', perSecond: 10 / 60, burst: 10 };
const TESTS: Limit = { name: 'tests', perSecond: 0.5, burst: 20 };
/** Each is worked out in a process of its own. */
const ERASURES: Limit = { name: 'erasures', perSecond: 1, burst: 20 };
const CALLBACKS: Limit = { name: 'callbacks', perSecond: 1_000, burst: 2_000 };

const NONE = 0;
const SMALL = 16_000;
/** 400 parts of 64 + digits, content of 20,000 characters in JSON's longest spelling. */
const MESSAGE = 200_000;
/** A thousand ids of 120 letters. */
const IDS = 200_000;
const CALLBACK = 1_000_000;

const app = 'app';
const anywhere = 'anywhere';

export const ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/session', may: 'anyone', from: app, limit: API, bodyBytes: NONE, handle: getSession },
  { method: 'POST', path: '/api/claim', may: 'claimer', from: app, limit: ENTRY, bodyBytes: SMALL, handle: postClaim },
  {
    method: 'POST',
    path: '/api/sign-in',
    may: 'anyone',
    from: app,
    limit: ENTRY,
    bodyBytes: SMALL,
    handle: postSignIn,
  },
  {
    method: 'POST',
    path: '/api/sign-out',
    may: 'anyone',
    from: app,
    limit: API,
    bodyBytes: SMALL,
    handle: postSignOut,
  },
  { method: 'POST', path: '/api/links', may: 'member', from: app, limit: LINKS, bodyBytes: SMALL, handle: postLink },

  { method: 'GET', path: '/api/channels', may: 'member', from: app, limit: API, bodyBytes: NONE, handle: getChannels },
  {
    method: 'POST',
    path: '/api/channels',
    may: 'owner',
    from: app,
    limit: API,
    bodyBytes: MESSAGE,
    handle: postChannel,
  },
  {
    method: 'PATCH',
    path: '/api/channels/:code',
    may: 'owner',
    from: app,
    limit: API,
    bodyBytes: MESSAGE,
    handle: patchChannel,
  },
  {
    method: 'DELETE',
    path: '/api/channels/:code',
    may: 'owner',
    from: app,
    limit: API,
    bodyBytes: SMALL,
    handle: deleteChannel,
  },
  {
    method: 'POST',
    path: '/api/channels/:code/test',
    may: 'owner',
    from: app,
    limit: TESTS,
    bodyBytes: MESSAGE,
    handle: postChannelTest,
  },

  {
    method: 'POST',
    path: '/api/messages',
    may: 'member',
    from: app,
    limit: API,
    bodyBytes: MESSAGE,
    handle: postMessage,
  },
  {
    method: 'PUT',
    path: '/api/messages/:id/parts/:index',
    may: 'member',
    from: app,
    limit: PARTS,
    bodyBytes: PART_BYTES,
    handle: putPart,
  },
  {
    method: 'POST',
    path: '/api/messages/:id/complete',
    may: 'member',
    from: app,
    limit: API,
    bodyBytes: SMALL,
    handle: postComplete,
  },
  { method: 'GET', path: '/api/messages', may: 'member', from: app, limit: API, bodyBytes: NONE, handle: getMessages },
  {
    method: 'GET',
    path: '/api/messages/:id',
    may: 'member',
    from: app,
    limit: API,
    bodyBytes: NONE,
    handle: getMessage,
  },

  { method: 'GET', path: '/api/receipts', may: 'member', from: app, limit: API, bodyBytes: NONE, handle: getReceipts },
  { method: 'GET', path: '/api/events', may: 'member', from: app, limit: API, bodyBytes: NONE, handle: getEvents },

  { method: 'POST', path: '/api/log', may: 'member', from: app, limit: PUSHES, bodyBytes: PUSH_BYTES, handle: postLog },
  { method: 'GET', path: '/api/log', may: 'member', from: app, limit: API, bodyBytes: NONE, handle: getLog },
  {
    method: 'POST',
    path: '/api/log/entries',
    may: 'member',
    from: app,
    limit: API,
    bodyBytes: IDS,
    handle: postEntries,
  },
  {
    method: 'POST',
    path: '/api/erasures',
    may: 'owner',
    from: app,
    limit: ERASURES,
    bodyBytes: SMALL,
    handle: postErasure,
  },
  {
    method: 'POST',
    path: '/api/erasures/again',
    may: 'owner',
    from: app,
    limit: ERASURES,
    bodyBytes: PUSH_BYTES,
    handle: postErasuresAgain,
  },
  {
    method: 'POST',
    path: '/api/blocks/missing',
    may: 'member',
    from: app,
    limit: API,
    bodyBytes: IDS,
    handle: postMissing,
  },
  {
    method: 'PUT',
    path: '/api/blocks/:id',
    may: 'member',
    from: app,
    limit: BLOCKS,
    bodyBytes: BLOCK_BYTES,
    handle: putBlock,
  },
  {
    method: 'GET',
    path: '/api/blocks/:id',
    may: 'member',
    from: app,
    limit: BLOCKS,
    bodyBytes: NONE,
    handle: getBlock,
  },
  { method: 'GET', path: '/api/uploads', may: 'member', from: app, limit: API, bodyBytes: NONE, handle: getUploads },

  {
    method: 'POST',
    path: '/callbacks/:secret',
    may: 'anyone',
    from: anywhere,
    limit: CALLBACKS,
    bodyBytes: CALLBACK,
    handle: postCallback,
  },
  { method: 'GET', path: '/healthz', may: 'anyone', from: anywhere, limit: API, bodyBytes: NONE, handle: getHealth },
  { method: 'GET', path: '/metrics', may: 'operator', from: anywhere, limit: API, bodyBytes: NONE, handle: getMetrics },
];
