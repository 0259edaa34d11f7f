/**
 * Email over SMTP: one plain-text mail a recipient. The Message-ID comes from the delivery's key, so that two copies can
 * be told apart by a mailbox, though no server promises to; hence `repeats: 'none'`. Bounces are not read.
 */
import { domainToASCII } from 'node:url';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { FailureReason } from '#domain/delivery';
import { createNetGuard } from '#relay/net-guard';
import type {
  OnLeaving,
  Outgoing,
  Provider,
  ProviderConfig,
  ProviderDeps,
  ProviderKind,
  SendOutcome,
} from '#relay/provider';
import { createSmtpSessions, type MailResult, type SmtpFailure, type SmtpServer } from './smtp-sessions.ts';

export const smtp: ProviderKind = { platform: 'smtp', repeats: 'none', create: createSmtp };

function createSmtp(config: ProviderConfig, deps: ProviderDeps): Provider {
  const sessions = createSmtpSessions(toServer(config), deps.connect ?? createNetGuard().connect);
  const from = asciiAddress(config.settings['from'] ?? '');
  const name = oneLine(config.settings['fromName'] ?? '');

  async function sendOne({ key, address, content }: Outgoing, onLeaving?: OnLeaving): Promise<SendOutcome> {
    if (content.kind !== 'email')
      return { kind: 'refused', stage: 'refused', reason: 'contentRefused', detail: 'kind' };
    const to = asciiAddress(address);
    if (to === undefined) return { kind: 'refused', stage: 'invalidTarget', reason: 'addressInvalid' };
    if (from === undefined) return { kind: 'unavailable', scope: 'channel', detail: 'from' };
    const messageId = `${key}@${from.slice(from.lastIndexOf('@') + 1)}`;
    const message = await new MailComposer({
      from: { name, address: from },
      to: { name: '', address: to },
      subject: oneLine(content.subject),
      text: content.text,
      textEncoding: 'base64',
      messageId: `<${messageId}>`,
      date: new Date(deps.now()),
      disableFileAccess: true,
      disableUrlAccess: true,
    })
      .compile()
      .build();
    return toOutcome(await sessions.send({ from, to, message }, onLeaving), messageId);
  }

  return {
    batchSize: 1,
    concurrency: 5,
    groupKey: () => '',
    tellsLeaving: true,
    send: (batch, onLeaving) => Promise.all(batch.map((outgoing) => sendOne(outgoing, onLeaving))),
    async test() {
      const failure = await sessions.verify();
      if (failure === undefined) return { kind: 'works' };
      const reason = isLogin(failure) ? 'credentialsRefused' : 'providerUnavailable';
      return { kind: 'fails', reason, detail: failure.reply ?? failure.code };
    },
    close: () => sessions.close(),
  };
}

function toServer({ settings, credentials }: ProviderConfig): SmtpServer {
  const encryption = settings['encryption'];
  const user = settings['user'] ?? '';
  return {
    host: settings['host'] ?? '',
    port: Number(settings['port']) || 587,
    // Anything unheard-of gets the safe reading.
    encryption: encryption === 'none' || encryption === 'tls' ? encryption : 'starttls',
    ...(user === '' ? {} : { login: { user, pass: credentials['password'] ?? '' } }),
  };
}

function toOutcome(result: MailResult, providerId: string): SendOutcome {
  if (result.kind === 'taken') return { kind: 'accepted', providerId };
  const { failure } = result;
  const detail = failure.reply ?? failure.code;
  if (failure.reply === undefined) {
    return failure.begun ? { kind: 'unknown', detail } : { kind: 'unavailable', scope: 'channel', detail };
  }
  // The content was under way and the server hung up with some last word that answers nothing.
  if (failure.begun && failure.command !== 'DATA') return { kind: 'unknown', detail };
  if (isAboutChannel(failure)) return { kind: 'unavailable', scope: 'channel', detail };
  if (!failure.reply.startsWith('5') || failure.reply.startsWith('503')) {
    return { kind: 'unavailable', scope: 'delivery', detail };
  }
  const reason = reasonOf(failure.reply, failure.command);
  const isTarget = reason === 'addressUnknown' || reason === 'addressInvalid';
  return { kind: 'refused', stage: isTarget ? 'invalidTarget' : 'refused', reason, detail };
}

const isLogin = ({ code, command, reply }: SmtpFailure): boolean =>
  code === 'EAUTH' || command.startsWith('AUTH') || /^53[0458]\b/.test(reply ?? '');

/** Login, greeting, TLS, a sender that the server does not let through: every mail would meet the same. */
function isAboutChannel(failure: SmtpFailure): boolean {
  const reply = failure.reply ?? '';
  if (isLogin(failure) || reply.startsWith('421') || /\b[45]\.1\.[78]$/.test(reply)) return true;
  if (failure.command === 'MAIL FROM') return reply.startsWith('5') && !isTooLarge(reply);
  return failure.command !== 'RCPT TO' && failure.command !== 'DATA';
}

const isTooLarge = (reply: string): boolean => /^552|5\.(2\.3|3\.4)$/.test(reply);

/** By enhanced status (RFC 3463), which tells the most; a bare code says less, and less again after the content. */
const BY_STATUS: readonly (readonly [RegExp, FailureReason])[] = [
  [/^5\.1\.3$/, 'addressInvalid'],
  [/^5\.1\./, 'addressUnknown'],
  [/^5\.2\.2$/, 'mailboxFull'],
  [/^5\.2\.3$/, 'contentRefused'],
  [/^5\.2\./, 'addressUnknown'],
  [/^5\.3\.4$/, 'contentRefused'],
  [/^5\.4\.[14]$/, 'addressUnknown'],
  [/^5\.6\./, 'contentRefused'],
];
const BY_CODE: Readonly<Record<string, FailureReason>> = {
  '550': 'addressUnknown',
  '551': 'addressUnknown',
  '552': 'mailboxFull',
  '553': 'addressInvalid',
  '554': 'blockedByProvider',
};

function reasonOf(reply: string, command: string): FailureReason {
  const [code = '', status] = reply.split(' ');
  if (command === 'MAIL FROM') return 'contentRefused';
  const named = BY_STATUS.find(([pattern]) => status !== undefined && pattern.test(status));
  if (named !== undefined) return named[1];
  if (status?.startsWith('5.7.')) return command === 'DATA' ? 'contentRefused' : 'blockedByProvider';
  if (command === 'DATA') return code === '552' ? 'mailboxFull' : 'contentRefused';
  return BY_CODE[code] ?? 'refusedOther';
}

/**
 * One mailbox with its domain in ASCII, or nothing: no list, no name, no quotes, and nothing that could end a line of the
 * protocol or of a header.
 */
function asciiAddress(address: string): string | undefined {
  const [, local = '', domain = ''] =
    /^([^\s@<>()[\]\\,;:"\p{C}]{1,64})@([^\s@<>()[\]\\,;:"\p{C}]{1,255})$/u.exec(address) ?? [];
  const ascii = domainToASCII(domain);
  return local === '' || ascii === '' ? undefined : `${local}@${ascii}`;
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
