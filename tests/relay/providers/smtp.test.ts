import tls from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import type { Outgoing, Provider, ProviderConfig, SendOutcome } from '#relay/provider';
import { createProviderDeps } from '#relay/providers/deps';
import { smtp } from '#relay/providers/smtp';
import { providerContract } from '#tests/contracts/provider';
import type { SmtpLine, SmtpOptions, SmtpOrder } from '#tests/stand-ins/smtp';
import { startSmtp, type StandIn } from '#tests/stand-ins/start';
import { FREE_PORT } from './free-port.ts';

const login = { user: 'sender', pass: 'pässword' };
const configFor = (port: number, settings: Record<string, string> = {}, password = login.pass): ProviderConfig => ({
  settings: {
    host: '127.0.0.1',
    port: String(port),
    encryption: 'none',
    from: 'news@shop.example',
    fromName: '小店 "Ö"',
    ...settings,
  },
  credentials: { password },
});
const mailTo = (address: string, text = 'hello', subject = 'A subject'): Outgoing => ({
  key: `m.${address.replace(/[^A-Za-z0-9]/g, '')}`,
  address,
  content: { kind: 'email', subject, text },
});

/** Headers by name, and the text, of a mail as it came. */
function readMail(mail: string): { headers: Map<string, string>; text: string } {
  const [head = '', ...rest] = mail.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  expect(headers.size).toBe(lines.length);
  return { headers, text: Buffer.from(rest.join('\r\n\r\n'), 'base64').toString('utf8') };
}
/** RFC 2047, as far as needed here. */
const decoded = (header: string): string =>
  header.replace(/\?=\s+=\?/g, '?==?').replace(/(?:=\?UTF-8\?[BQ]\?[^?]*\?=)+/gi, (words) => {
    const parts = [...words.matchAll(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi)].map(([, kind, text = '']) =>
      kind?.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64')
        : Buffer.from(
            text
              .replace(/_/g, ' ')
              .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
            'latin1',
          ),
    );
    return Buffer.concat(parts).toString('utf8');
  });

providerContract(smtp, async () => {
  const standIn = await startSmtp({ login });
  const refused: Record<string, string> = {};
  return {
    config: configFor(standIn.port, { user: login.user }),
    wrongCredentials: configFor(standIn.port, { user: login.user }, 'wrong'),
    unreachable: configFor(FREE_PORT),
    outgoing: (index, text) => mailTo(`person${index}@customer.example`, text),
    behave: (behaviour) => standIn.tell({ cut: behaviour === 'losing' ? 'afterData' : 'never' }),
    refuse: (address) => standIn.tell({ refuse: Object.assign(refused, { [address]: '550 5.1.1' }) }),
    taken: async () =>
      (await standIn.journal()).flatMap(({ event, address, mail }) =>
        event === 'began' ? [{ address, text: readMail(mail ?? '').text }] : [],
      ),
    stop: standIn.stop,
  };
});

const deps = createProviderDeps({ allowNetworks: ['127.0.0.0/8', '::1'], now: () => Date.UTC(2026, 0, 31, 8) });
const running: { stop: () => Promise<void> }[] = [];
const providers: Provider[] = [];
afterAll(async () => {
  await Promise.all(providers.map((provider) => provider.close()));
  await Promise.all(running.map(({ stop }) => stop()));
  await deps.close();
});
async function serve(options: SmtpOptions = {}): Promise<StandIn<SmtpOrder, SmtpLine>> {
  const standIn = await startSmtp(options);
  running.push(standIn);
  return standIn;
}
function create(config: ProviderConfig): Provider {
  const provider = smtp.create(config, deps);
  providers.push(provider);
  return provider;
}
const sendOne = async (provider: Provider, outgoing: Outgoing): Promise<SendOutcome | undefined> =>
  (await provider.send([outgoing]))[0];

describe('a mail', () => {
  test('[CHA-3] is plain UTF-8 text, to one mailbox, with an id that all tries share', async () => {
    const standIn = await serve();
    const provider = create(configFor(standIn.port));
    const outgoing = mailTo(
      'anna@customer.example',
      'Grüße\n.\nFrom here\n王小明 👋\n',
      '你好,王小明: a rather long subject that has to be folded somewhere, 100 % sure',
    );
    expect(await sendOne(provider, outgoing)).toEqual({
      kind: 'accepted',
      providerId: 'm.annacustomerexample@shop.example',
    });
    await sendOne(provider, outgoing);
    const began = (await standIn.journal()).filter(({ event }) => event === 'began');
    expect(began.map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 2 }, () => 'm.annacustomerexample@shop.example'),
    );
    expect(began.every(({ recipients }) => recipients === 1)).toBe(true);
    const { headers, text } = readMail(began[0]?.mail ?? '');
    expect(text).toBe('Grüße\n.\nFrom here\n王小明 👋\n');
    expect(decoded(headers.get('subject') ?? '')).toBe(
      '你好,王小明: a rather long subject that has to be folded somewhere, 100 % sure',
    );
    expect(decoded(headers.get('from') ?? '')).toMatch(/^"?小店 \\?"Ö\\?""? <news@shop\.example>$/);
    expect(headers.get('to')).toBe('anna@customer.example');
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('date')).toBe('Sat, 31 Jan 2026 08:00:00 +0000');
  });

  test('[CHA-3] nothing in name, subject or text becomes a header, an address or a command', async () => {
    const standIn = await serve();
    const evil = 'x\r\nBcc: spy@evil.example\r\n\r\n.\r\nMAIL FROM:<spy@evil.example>\r\n\u2028\u0085\0';
    const provider = create(configFor(standIn.port, { fromName: evil }));
    expect(await sendOne(provider, mailTo('anna@customer.example', evil, evil))).toMatchObject({ kind: 'accepted' });
    const [began, ...others] = (await standIn.journal()).filter(({ event }) => event === 'began');
    expect(others).toEqual([]);
    expect(began).toMatchObject({ recipients: 1, address: 'anna@customer.example' });
    const { headers, text } = readMail(began?.mail ?? '');
    expect([...headers.keys()].sort()).toEqual([
      'content-transfer-encoding',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ]);
    expect(text.replace(/\r?\n/g, '\n')).toBe(evil.replace(/\r?\n/g, '\n'));
  });

  const spoiled = [
    '',
    'anna',
    '@customer.example',
    'anna@',
    'a@b@c.example',
    'anna@customer.example, spy@evil.example',
    'Anna <anna@customer.example>',
    'anna@customer.example>',
    'anna@customer.example\r\nDATA',
    'an na@customer.example',
    '"a b"@customer.example',
    'anna@[127.0.0.1]',
    'anna\u0000@customer.example',
  ];
  test.each(spoiled)('[STA-2] %j is no address, and nobody is asked', async (address) => {
    const outcome = await sendOne(create(configFor(FREE_PORT)), { ...mailTo('x@y.example'), address });
    expect(outcome).toEqual({ kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid' });
  });

  test('[CHA-3] a domain in Chinese is asked for in ASCII', async () => {
    const standIn = await serve();
    expect(await sendOne(create(configFor(standIn.port)), mailTo('anna@例子.example'))).toMatchObject({
      kind: 'accepted',
    });
    // The stand-in reads the envelope back into Chinese; the header it leaves as it came.
    const [began] = await standIn.journal();
    expect(began?.address).toBe('anna@例子.example');
    expect(readMail(began?.mail ?? '').headers.get('to')).toBe('anna@xn--fsqu00a.example');
  });
});

describe("what a mail server's answer means", () => {
  const refusals: readonly (readonly ['refuse' | 'refuseContent', string, object])[] = [
    ['refuse', '550 5.1.1', { kind: 'refused', stage: 'invalidTarget', reason: 'addressUnknown' }],
    ['refuse', '550', { kind: 'refused', stage: 'invalidTarget', reason: 'addressUnknown' }],
    ['refuse', '553 5.1.3', { kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid' }],
    ['refuse', '552 5.2.2', { kind: 'refused', stage: 'refused', reason: 'mailboxFull' }],
    ['refuse', '550 5.7.1', { kind: 'refused', stage: 'refused', reason: 'blockedByProvider' }],
    ['refuse', '554', { kind: 'refused', stage: 'refused', reason: 'blockedByProvider' }],
    ['refuse', '550 5.1.8', { kind: 'unavailable', scope: 'channel' }],
    ['refuse', '530 5.7.0', { kind: 'unavailable', scope: 'channel' }],
    ['refuse', '450 4.2.1', { kind: 'unavailable', scope: 'delivery' }],
    ['refuse', '452 4.2.2', { kind: 'unavailable', scope: 'delivery' }],
    ['refuseContent', '554 5.7.1', { kind: 'refused', stage: 'refused', reason: 'contentRefused' }],
    ['refuseContent', '550', { kind: 'refused', stage: 'refused', reason: 'contentRefused' }],
    ['refuseContent', '552 5.3.4', { kind: 'refused', stage: 'refused', reason: 'contentRefused' }],
    ['refuseContent', '552 5.2.2', { kind: 'refused', stage: 'refused', reason: 'mailboxFull' }],
    ['refuseContent', '451 4.3.0', { kind: 'unavailable', scope: 'delivery' }],
    ['refuseContent', '421 4.3.2', { kind: 'unavailable', scope: 'channel' }],
  ];
  test('[STA-4] by code and enhanced status, of which alone the detail is made', async () => {
    const standIn = await serve();
    const provider = create(configFor(standIn.port));
    let index = 0;
    for (const [where, codes, outcome] of refusals) {
      const address = `refused${(index += 1)}@customer.example`;
      await standIn.tell({ refuse: {}, refuseContent: {}, [where]: { [address]: codes } });
      expect(await sendOne(provider, mailTo(address)), `${where} ${codes}`).toEqual({ ...outcome, detail: codes });
    }
    expect(await sendOne(provider, mailTo('next@customer.example'))).toMatchObject({ kind: 'accepted' });
  });

  test.each(['550 5.7.1', '553 5.1.8', '530 5.7.0'])(
    '[CHA-4] a sender that is refused by %s holds the channel',
    async (refuseSender) => {
      const standIn = await serve({ order: { refuseSender } });
      const outcome = await sendOne(create(configFor(standIn.port)), mailTo('anna@customer.example'));
      expect(outcome).toEqual({ kind: 'unavailable', scope: 'channel', detail: refuseSender });
    },
  );

  test('[MSG-7] hung up before DATA it was not taken; after, nobody knows', async () => {
    const standIn = await serve({ order: { cut: 'atRecipient' } });
    const provider = create(configFor(standIn.port));
    expect(await sendOne(provider, mailTo('one@customer.example'))).toMatchObject({
      kind: 'unavailable',
      scope: 'channel',
    });
    await standIn.tell({ cut: 'afterData' });
    expect(await sendOne(provider, mailTo('two@customer.example'))).toMatchObject({ kind: 'unknown' });
    await standIn.tell({ cut: 'withHalfAWord' });
    expect(await sendOne(provider, mailTo('half@customer.example'))).toEqual({ kind: 'unknown', detail: '421 4.3.2' });
    await standIn.tell({ cut: 'never' });
    expect(await sendOne(provider, mailTo('three@customer.example'))).toMatchObject({ kind: 'accepted' });
    const began = (await standIn.journal()).filter(({ event }) => event === 'began');
    expect(began.map(({ address }) => address)).toEqual([
      'two@customer.example',
      'half@customer.example',
      'three@customer.example',
    ]);
  });

  test('[MSG-7] a server killed in the middle of many mails: what is not accepted is unknown or was never begun', async () => {
    const standIn = await serve({ order: { delayMs: 30 } });
    const provider = create(configFor(standIn.port));
    const batch = Array.from({ length: 40 }, (_, i) => mailTo(`many${i}@customer.example`));
    const outcomes: (SendOutcome | undefined)[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < batch.length; i = next++) outcomes[i] = await sendOne(provider, batch[i] as Outgoing);
    };
    const lanes = Promise.all(Array.from({ length: provider.concurrency }, lane));
    while ((await standIn.journal()).length < 24) await new Promise((fulfil) => setTimeout(fulfil, 5));
    process.kill(standIn.pid, 'SIGKILL');
    await lanes;
    const journal = await standIn.journal();
    const addresses = (event: SmtpLine['event']): string[] =>
      journal.filter((line) => line.event === event).map(({ address }) => address);
    const began = addresses('began');
    const answered = addresses('answered');
    expect(new Set(began).size).toBe(began.length);
    batch.forEach(({ address }, i) => {
      const kind = outcomes[i]?.kind;
      if (kind === 'accepted') expect(answered).toContain(address);
      else if (kind === 'unavailable') expect(began).not.toContain(address);
      else expect(kind).toBe('unknown');
      if (began.includes(address) && !answered.includes(address)) expect(kind).toBe('unknown');
    });
    expect(outcomes.filter((outcome) => outcome?.kind === 'unknown').length).toBeGreaterThan(0);
    expect(outcomes.filter((outcome) => outcome?.kind === 'accepted').length).toBeGreaterThan(0);
  });
});

describe('encryption', () => {
  test.each(['tls', 'starttls'] as const)(
    '[CHA-3] %s with a certificate that is trusted, by name and by login',
    async (encryption) => {
      const standIn = await serve({ encryption, login });
      const before = tls.getCACertificates('default');
      tls.setDefaultCACertificates([...before, standIn.certificate ?? '']);
      try {
        const provider = create(configFor(standIn.port, { encryption, host: 'localhost', user: login.user }));
        expect(await provider.test()).toEqual({ kind: 'works' });
        expect(await sendOne(provider, mailTo('anna@customer.example'))).toMatchObject({ kind: 'accepted' });
        expect((await standIn.journal())[0]).toMatchObject({ secure: true });
      } finally {
        tls.setDefaultCACertificates(before);
      }
    },
  );

  test.each(['tls', 'starttls'] as const)(
    '[CHA-3] %s with a certificate that nobody vouches for sends nothing, not even the password',
    async (encryption) => {
      const standIn = await serve({ encryption, login });
      const provider = create(configFor(standIn.port, { encryption, user: login.user }));
      expect(await sendOne(provider, mailTo('anna@customer.example'))).toEqual({
        kind: 'unavailable',
        scope: 'channel',
        detail: 'DEPTH_ZERO_SELF_SIGNED_CERT',
      });
      expect(await provider.test()).toMatchObject({ kind: 'fails', reason: 'providerUnavailable' });
      expect(await standIn.journal()).toEqual([]);
    },
  );

  test('[CHA-3] where STARTTLS was asked for and is not offered, nothing goes out in clear', async () => {
    const standIn = await serve({ encryption: 'none', login });
    const provider = create(configFor(standIn.port, { encryption: 'starttls', user: login.user }));
    expect(await sendOne(provider, mailTo('anna@customer.example'))).toMatchObject({
      kind: 'unavailable',
      scope: 'channel',
    });
    expect(await standIn.journal()).toEqual([]);
  });
});

test('[MSG-7] sessions are kept, and one that the server ended meanwhile costs no delivery its try', async () => {
  const standIn = await serve();
  const provider = create(configFor(standIn.port));
  for (let i = 0; i < 5; i += 1) {
    expect(await sendOne(provider, mailTo(`kept${i}@customer.example`))).toMatchObject({ kind: 'accepted' });
    if (i === 2) await standIn.tell({ dropIdle: true });
  }
  // The harder case: it ends just as the next mail is begun.
  await standIn.tell({ cut: 'atNextSender' });
  expect(await sendOne(provider, mailTo('late@customer.example'))).toMatchObject({ kind: 'accepted' });
  const began = (await standIn.journal()).filter(({ event }) => event === 'began');
  expect(began.filter(({ address }) => address === 'late@customer.example')).toHaveLength(1);
});

test.each([
  ['in mid-mail', 'unknown', { delayMs: 60_000 }],
  ['before the greeting', 'unavailable', { greetMs: 60_000 }],
] as const)('[MSG-7] closing %s waits a little, then ends it as %s', async (_name, kind, order) => {
  const standIn = await serve({ order });
  const provider = create(configFor(standIn.port));
  const sending = sendOne(provider, mailTo('anna@customer.example'));
  await new Promise((fulfil) => setTimeout(fulfil, 200));
  const started = performance.now();
  await provider.close();
  expect(performance.now() - started).toBeLessThan(4_000);
  expect((await sending)?.kind).toBe(kind);
});

test("[API-2] a mail server in the relay's own network is not asked, unless the deployment says so", async () => {
  const standIn = await serve();
  const closed = createProviderDeps({ now: Date.now });
  const outcome = await sendOne(smtp.create(configFor(standIn.port), closed), mailTo('anna@customer.example'));
  expect(outcome).toEqual({ kind: 'unavailable', scope: 'channel', detail: 'ERR_ADDRESS_REFUSED' });
  expect(
    await sendOne(smtp.create(configFor(standIn.port), { http: deps.http, now: deps.now }), mailTo('a@b.example')),
  ).toEqual(outcome);
  await closed.close();
});
