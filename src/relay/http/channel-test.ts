/** Trying a channel (CHA-4): its credentials, and with an address one marked message that is in no figure. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { CONTENT_KIND_BY_TYPE, type MessageContent } from '#domain/message';
import { channelTestRequest, messageContent } from '#protocol/api';
import type { Provider, RenderedContent, SendOutcome, TestOutcome } from '#relay/provider';
import { parseBody } from './body.ts';
import type { Answer, HttpDeps, MemberCall } from './call.ts';
import { hasControlCharacters } from './channel-form.ts';
import { findChannel } from './channel-routes.ts';

/** Longer than any provider's own time limits, shorter than a person's patience. */
const TEST_MS = 30_000;
const MARK = '[Test]';

export async function postChannelTest(call: MemberCall, deps: HttpDeps): Promise<Answer> {
  const request = parseBody(channelTestRequest, call.body.length === 0 ? Buffer.from('{}') : call.body);
  const channel = await findChannel(call, deps);
  if (!channel) return 'notFound';
  const kind = CONTENT_KIND_BY_TYPE[channel.type];
  const content = parseContent(request?.content, kind);
  const address = request?.address?.trim();
  if (!request || content === 'malformed') return 'malformed';
  if (address !== undefined && (address === '' || hasControlCharacters(address) || !content)) return 'malformed';

  const opened = deps.keyring.open(channel.sealedCredentials, channel);
  // As good as wrong ones: they have to be entered anew.
  if (opened.kind !== 'opened') return outcome({ kind: 'fails', reason: 'credentialsRefused', detail: 'unreadable' });
  const config = { settings: channel.settings, credentials: opened.credentials };
  const provider = deps.providers[channel.platform].create(config, deps.providerDeps);
  try {
    return outcome(await inTime(tryOut(provider, address, content)));
  } finally {
    await provider.close();
  }
}

async function tryOut(
  provider: Provider,
  address: string | undefined,
  content: MessageContent | undefined,
): Promise<TestOutcome> {
  const tested = await provider.test();
  if (tested.kind === 'fails' || address === undefined || !content) return tested;
  const key = `test.${randomBytes(12).toString('hex')}`;
  const [sent = { kind: 'unknown' } as const] = await provider.send([{ key, address, content: marked(content) }]);
  return sendToTest(sent);
}

function sendToTest(sent: SendOutcome): TestOutcome {
  const detail = 'detail' in sent && sent.detail !== undefined ? { detail: sent.detail } : {};
  switch (sent.kind) {
    case 'accepted':
      return { kind: 'works' };
    case 'refused':
      return { kind: 'fails', reason: sent.reason, ...detail };
    case 'unavailable':
    case 'unknown':
      return { kind: 'fails', reason: 'providerUnavailable', ...detail };
  }
}

/** Content of one's own, else the channel's usual; a template must be named, so it has no usual. */
function parseContent(given: unknown, kind: MessageContent['kind']): MessageContent | undefined | 'malformed' {
  if (given === undefined) return USUAL[kind];
  const parsed = v.safeParse(messageContent, given);
  return parsed.success && parsed.output.kind === kind ? parsed.output : 'malformed';
}

const SENTENCE = 'This channel of Fieldcast works. / 此通道工作正常。';
const USUAL: Readonly<Record<MessageContent['kind'], MessageContent | undefined>> = {
  email: { kind: 'email', subject: 'Fieldcast', text: SENTENCE },
  text: { kind: 'text', text: SENTENCE },
  'sms-template': undefined,
};

/** A template's text is fixed by the provider and cannot carry the mark. */
function marked(content: MessageContent): RenderedContent {
  switch (content.kind) {
    case 'email':
      return { ...content, subject: `${MARK} ${content.subject}` };
    case 'text':
      return { ...content, text: `${MARK} ${content.text}` };
    case 'sms-template':
      return { kind: 'sms-template', templateId: content.templateId, parameters: content.parameters };
  }
}

async function inTime(trying: Promise<TestOutcome>): Promise<TestOutcome> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<TestOutcome>((resolve) => {
    timer = setTimeout(() => resolve({ kind: 'fails', reason: 'providerUnavailable', detail: 'timeout' }), TEST_MS);
  });
  try {
    return await Promise.race([trying, late]);
  } finally {
    clearTimeout(timer);
  }
}

const outcome = (tested: TestOutcome) => Response.json(tested);
