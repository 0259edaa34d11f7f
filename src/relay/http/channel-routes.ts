/** Channels (CHA-2): made, changed, removed. Credentials go in, are sealed, and are in no answer. */
import { createHash, randomBytes } from 'node:crypto';
import { PLATFORM_FORMS, type Channel, type Platform } from '#domain/channel';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { channelChange, channelRequest, type ChannelsAnswer } from '#protocol/api';
import type { Credentials } from '#relay/keyring';
import type { ChannelPatch, ChannelRow, RelayStore } from '#relay/store/types';
import { parseBody } from './body.ts';
import type { Answer, HttpDeps, MemberCall } from './call.ts';
import { parseFields } from './channel-form.ts';

export async function getChannels({ actor }: MemberCall, { store, publicUrl }: HttpDeps): Promise<Answer> {
  return Response.json(await channelsOf(store, actor.workspace, publicUrl()));
}

export async function channelsOf(
  store: Pick<RelayStore, 'channels'>,
  workspace: WorkspaceId,
  publicUrl: string,
): Promise<Required<ChannelsAnswer>> {
  const channels = (await store.channels(workspace)).map((row) => toChannel(row, publicUrl));
  const revision = createHash('sha256').update(JSON.stringify(channels)).digest('base64url').slice(0, REVISION_LETTERS);
  return { channels, revision };
}
/** 66 bits: two lists of one workspace never have the same. */
const REVISION_LETTERS = 11;

export async function postChannel(call: MemberCall, { store, keyring, publicUrl }: HttpDeps): Promise<Answer> {
  const request = parseBody(channelRequest, call.body);
  if (!request) return 'malformed';
  const form = PLATFORM_FORMS[request.platform];
  const settings = parseFields(form.settings, request.settings);
  const credentials = parseFields(form.credentials, request.credentials);
  if (!settings || !credentials) return 'malformed';
  const place = { workspace: call.actor.workspace, code: request.code };
  const row: ChannelRow = {
    ...place,
    name: request.name,
    type: form.type,
    platform: request.platform,
    settings,
    sealedCredentials: keyring.seal(credentials, place),
    // 192 random bits: whoever does not know the address cannot report anything.
    callbackSecret: randomBytes(24).toString('base64url'),
    ...(request.perSecond !== undefined && { perSecond: request.perSecond }),
  };
  const added = await store.addChannel(row);
  return added === 'added' ? Response.json(toChannel(row, publicUrl()), { status: 201 }) : added;
}

export async function patchChannel(call: MemberCall, deps: HttpDeps): Promise<Answer> {
  const { store, keyring, publicUrl, onChannelChanged } = deps;
  const change = parseBody(channelChange, call.body);
  const row = await findChannel(call, deps);
  if (!row) return 'notFound';
  if (!change) return 'malformed';
  const form = PLATFORM_FORMS[row.platform];
  const settings = change.settings && parseFields(form.settings, change.settings);
  const credentials = change.credentials && mergeCredentials(row, change.credentials, deps);
  if ((change.settings && !settings) || (change.credentials && !credentials)) return 'malformed';
  const patch: ChannelPatch = {
    ...(change.name !== undefined && { name: change.name }),
    ...(settings && { settings }),
    ...(credentials && { sealedCredentials: keyring.seal(credentials, row) }),
    ...(change.perSecond !== undefined && { perSecond: change.perSecond }),
  };
  const changed = await store.changeChannel(row.workspace, row.code, patch);
  if (changed === 'gone') return 'notFound';
  if (changed === 'nameTaken') return 'nameTaken';
  onChannelChanged(row.workspace, row.code);
  return Response.json(toChannel({ ...row, ...patch }, publicUrl()));
}

export async function deleteChannel(call: MemberCall, deps: HttpDeps): Promise<Answer> {
  const row = await findChannel(call, deps);
  const removed = row && (await deps.store.removeChannel(row.workspace, row.code));
  if (!row || removed !== 'removed') return 'notFound';
  deps.onChannelChanged(row.workspace, row.code);
  return Response.json({});
}

/** A channel of another workspace does not exist for the one who asks. */
export async function findChannel(call: MemberCall, { store }: HttpDeps): Promise<ChannelRow | undefined> {
  return store.channel(call.actor.workspace, (call.params['code'] ?? '') as ChannelCode);
}

/** Fields that are not entered anew stay as they are: nobody can be asked to repeat what is never shown. */
function mergeCredentials(row: ChannelRow, entered: Credentials, { keyring }: HttpDeps): Credentials | undefined {
  const opened = keyring.open(row.sealedCredentials, row);
  const before = opened.kind === 'opened' ? opened.credentials : {};
  return parseFields(PLATFORM_FORMS[row.platform].credentials, { ...before, ...entered });
}

/** Field by field, so that a new column of the store does not get out by itself. */
function toChannel(row: ChannelRow, publicUrl: string): Channel {
  return {
    code: row.code,
    name: row.name,
    type: row.type,
    platform: row.platform,
    settings: row.settings,
    ...(row.perSecond !== undefined && { perSecond: row.perSecond }),
    ...(takesCallbacks(row.platform) && { callbackUrl: `${publicUrl}/callbacks/${row.callbackSecret}` }),
    ...(row.calledBackAt !== undefined && { calledBackAt: row.calledBackAt }),
  };
}

function takesCallbacks(platform: Platform): boolean {
  return PLATFORM_FORMS[platform].callback === 'receipts';
}
