/** Channels over HTTP (CHA-2, CHA-4): what is taken, what never comes back, what a test of one does. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { WEBHOOK, createRelayFixture, type Ask, type RelayFixture } from './http-fixture.ts';

const SMTP = {
  code: 'mail1',
  name: 'Mail',
  platform: 'smtp',
  settings: { host: 'mail.example.com', port: '587', encryption: 'starttls', from: 'a@example.com' },
  credentials: { password: 'canary-password' },
};

let relay: RelayFixture;
let cookie: string;
beforeEach(async () => {
  relay = await createRelayFixture();
  cookie = await relay.claim();
});
afterEach(() => relay.close());

const ask = (method: string, path: string, json?: unknown) =>
  relay.ask(method, path, { cookie, ...(json !== undefined && { json }) } satisfies Ask);
const stored = async (code: string) => {
  const row = await relay.store.channel('workspaceOne' as WorkspaceId, code as ChannelCode);
  const opened = row && relay.keyring.open(row.sealedCredentials, row);
  return opened?.kind === 'opened' ? opened.credentials : undefined;
};

describe('channels', () => {
  it('[CHA-2] a channel is made, listed, changed, removed, and its credentials never come back', async () => {
    const answers = [
      await ask('POST', '/api/channels', SMTP),
      await ask('POST', '/api/channels', WEBHOOK),
      await ask('GET', '/api/channels'),
      await ask('PATCH', '/api/channels/mail1', { name: 'Mail two', credentials: { password: 'canary-changed' } }),
      await ask('POST', '/api/channels/mail1/test', {}),
      await ask('DELETE', '/api/channels/mail1'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 200, 200, 200, 200]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts.join()).not.toContain('canary');
    const { credentials: _, ...shown } = SMTP;
    expect(JSON.parse(texts[0] ?? '')).toEqual({ ...shown, type: 'email' });
    expect(JSON.parse(texts[3] ?? '')).toMatchObject({ code: 'mail1', name: 'Mail two' });
    const { channels } = (await (await ask('GET', '/api/channels')).json()) as { channels: unknown[] };
    expect(channels).toHaveLength(1);
  });

  it('[CHA-2] the callback address is shown where the provider calls back', async () => {
    const hook = (await (await ask('POST', '/api/channels', WEBHOOK)).json()) as { callbackUrl: string };
    const mail = await (await ask('POST', '/api/channels', SMTP)).json();
    expect(hook.callbackUrl).toMatch(/^http:\/\/localhost:8080\/callbacks\/[\w-]{32}$/);
    expect(mail).not.toHaveProperty('callbackUrl');
  });

  it('[CHA-2] name and code are each given once', async () => {
    await ask('POST', '/api/channels', SMTP);
    const sameCode = await ask('POST', '/api/channels', { ...WEBHOOK, code: SMTP.code });
    const sameName = await ask('POST', '/api/channels', { ...WEBHOOK, name: SMTP.name });
    await ask('POST', '/api/channels', WEBHOOK);
    const renamed = await ask('PATCH', '/api/channels/hook1', { name: SMTP.name });
    expect(await Promise.all([sameCode, sameName, renamed].map((answer) => answer.json()))).toEqual([
      { problem: 'codeTaken' },
      { problem: 'nameTaken' },
      { problem: 'nameTaken' },
    ]);
  });

  it('[CHA-2] credentials not entered anew stay as they are', async () => {
    const tencent = {
      code: 'sms1',
      name: 'SMS',
      platform: 'tencent-sms',
      settings: { sdkAppId: '1', region: 'ap-guangzhou', endpoint: 'https://sms.tencentcloudapi.com' },
      credentials: { secretId: 'id', secretKey: 'key' },
    };
    await ask('POST', '/api/channels', tencent);
    await ask('PATCH', '/api/channels/sms1', { name: 'Texts' });
    expect(await stored('sms1')).toEqual({ secretId: 'id', secretKey: 'key' });
    await ask('PATCH', '/api/channels/sms1', { credentials: { secretKey: 'new key' } });
    expect(await stored('sms1')).toEqual({ secretId: 'id', secretKey: 'new key' });
  });

  it('[CHA-2] an optional credential is emptied by an empty text, a required one is not', async () => {
    await ask('POST', '/api/channels', SMTP);
    expect((await ask('PATCH', '/api/channels/mail1', { credentials: { password: '' } })).status).toBe(200);
    expect(await stored('mail1')).toEqual({});
    await ask('POST', '/api/channels', WEBHOOK);
    expect((await ask('PATCH', '/api/channels/hook1', { credentials: { signingSecret: '' } })).status).toBe(400);
  });

  it('[CHA-2] whoever sends is told of every change', async () => {
    await ask('POST', '/api/channels', SMTP);
    await ask('PATCH', '/api/channels/mail1', { perSecond: 5 });
    await ask('DELETE', '/api/channels/mail1');
    expect(relay.calls.changed).toEqual(['mail1', 'mail1']);
  });

  it.each([
    ['an unknown platform', { platform: 'pigeon' }],
    ['a code with a dash', { code: 'mail-1' }],
    ['no name', { name: ' ' }],
    ['a name of 31 characters', { name: 'x'.repeat(31) }],
    ['an unknown setting', { settings: { ...SMTP.settings, surprise: 'x' } }],
    ['a missing setting', { settings: { host: 'mail.example.com' } }],
    ['no port', { settings: { ...SMTP.settings, port: '0' } }],
    ['a port beyond', { settings: { ...SMTP.settings, port: '65536' } }],
    ['a choice that is none', { settings: { ...SMTP.settings, encryption: 'rot13' } }],
    ['a sender that is no address', { settings: { ...SMTP.settings, from: 'nobody' } }],
    ['a line end in a setting', { settings: { ...SMTP.settings, fromName: 'A\r\nBcc: x@example.com' } }],
    ['an unknown credential', { credentials: { token: 'x' } }],
    ['an unknown field', { owner: 'me' }],
    ['a rate of nothing', { perSecond: 0 }],
  ])('[CHA-2] %s is refused', async (_name, change) => {
    const answer = await ask('POST', '/api/channels', { ...SMTP, ...change });
    expect([answer.status, await answer.json()]).toEqual([400, { problem: 'malformed' }]);
  });

  it('[CHA-2] names of the prototype are no settings', async () => {
    const settings = { ...SMTP.settings, toString: 'x' };
    const answer = await ask('POST', '/api/channels', { ...SMTP, settings });
    const row = await relay.store.channel('workspaceOne' as WorkspaceId, 'mail1' as ChannelCode);
    expect([answer.status, row]).toEqual([400, undefined]);
  });

  it.each(['javascript:alert(1)', 'ftp://example.com', 'https://user:password@example.com/', 'example.com', ''])(
    '[CHA-2] %j is no address of a webhook',
    async (url) => {
      const settings = { ...WEBHOOK.settings, url };
      expect((await ask('POST', '/api/channels', { ...WEBHOOK, settings })).status).toBe(400);
    },
  );
});

describe('channel test', () => {
  beforeEach(() => ask('POST', '/api/channels', WEBHOOK));

  it('[CHA-4] tries the credentials and sends nothing', async () => {
    expect(await (await ask('POST', '/api/channels/hook1/test')).json()).toEqual({ kind: 'works' });
    relay.journal.state.tested = { kind: 'fails', reason: 'credentialsRefused', detail: '535' };
    const failed = await ask('POST', '/api/channels/hook1/test', { address: '+420601000001' });
    expect(await failed.json()).toEqual({ kind: 'fails', reason: 'credentialsRefused', detail: '535' });
    expect(relay.journal.sent).toEqual([]);
    expect(relay.journal.state.closed).toBe(relay.journal.state.opened);
  });

  it('[CHA-4] with an address one marked message goes there', async () => {
    const answer = await ask('POST', '/api/channels/hook1/test', { address: ' +420601000001 ' });
    expect(await answer.json()).toEqual({ kind: 'works' });
    expect(relay.journal.sent).toEqual([
      {
        key: expect.stringMatching(/^test\.[0-9a-f]{24}$/),
        address: '+420601000001',
        content: { kind: 'text', text: expect.stringMatching(/^\[Test\] /) },
      },
    ]);
    expect(await (await ask('GET', '/api/messages')).json()).toEqual({ messages: [] });
  });

  it('[CHA-4] content of another channel type, and an address with a line end, are refused', async () => {
    const email = { kind: 'email', subject: 'x', text: 'y' };
    expect((await ask('POST', '/api/channels/hook1/test', { address: 'x', content: email })).status).toBe(400);
    expect((await ask('POST', '/api/channels/hook1/test', { address: 'x\nBcc: y' })).status).toBe(400);
  });
});
