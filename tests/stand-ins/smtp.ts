/**
 * A mail server that takes everything unless told otherwise, keeps no mail but in its journal, and delivers nothing.
 * `began`: the first bytes of a mail's content are here; `answered`: its reply has been given to the socket.
 */
import type { Socket } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { createCertificate } from './certificate.ts';
import { onOrder, openJournal, pause, readOptions, ready } from './process.ts';

export interface SmtpOptions {
  readonly journalFile?: string;
  /** `starttls` offers it, and takes no mail without where `login` is set. */
  readonly encryption?: 'none' | 'tls' | 'starttls';
  readonly login?: { readonly user: string; readonly pass: string };
  readonly order?: SmtpOrder;
}

export interface SmtpOrder {
  /** Before the reply to a mail. */
  readonly delayMs?: number;
  /** Before the greeting. */
  readonly greetMs?: number;
  /** By address: `550 5.1.1`, answered to RCPT. */
  readonly refuse?: Readonly<Record<string, string>>;
  /** By address: answered to the content. */
  readonly refuseContent?: Readonly<Record<string, string>>;
  /** Answered to MAIL FROM. */
  readonly refuseSender?: string;
  /** Hangs up on all clients, once. */
  readonly dropIdle?: boolean;
  /** Hangs up: at a kept session's next mail, at RCPT, after the content, or after it with half a sentence. */
  readonly cut?: 'atNextSender' | 'atRecipient' | 'afterData' | 'withHalfAWord' | 'never';
}

export interface SmtpLine {
  readonly event: 'began' | 'answered' | 'cut';
  readonly address: string;
  readonly messageId: string;
  readonly at: number;
  /** With `began`: the whole mail as it came. */
  readonly mail?: string;
  readonly recipients?: number;
  readonly secure?: boolean;
}

const options = readOptions<SmtpOptions>();
const journal = openJournal<SmtpLine>(options.journalFile);
const { key, certificate } = createCertificate();
const encryption = options.encryption ?? 'none';
const served = new Set<string>();
let order: SmtpOrder = options.order ?? {};
onOrder<SmtpOrder>((next) => {
  order = { ...order, ...next };
  if (next.dropIdle === true) for (const connection of connections()) connection._socket.destroy();
});

const server = new SMTPServer({
  secure: encryption === 'tls',
  key,
  cert: certificate,
  disableReverseLookup: true,
  authOptional: options.login === undefined,
  allowInsecureAuth: encryption === 'none',
  // It would put codes of its own before ours.
  hideENHANCEDSTATUSCODES: true,
  disabledCommands: [...(encryption === 'starttls' ? [] : ['STARTTLS']), ...(options.login ? [] : ['AUTH'])],
  onAuth({ username, password }, _session, done) {
    if (username === options.login?.user && password === options.login?.pass) done(null, { user: username });
    else done(reply('535 5.7.8'));
  },
  onConnect(_session, done) {
    if (order.greetMs === undefined) done();
    else setTimeout(done, order.greetMs);
  },
  onMailFrom(_address, session, done) {
    const isKept = served.has(session.id);
    served.add(session.id);
    if (order.cut === 'atNextSender' && isKept) hangUp(session);
    else done(order.refuseSender === undefined ? null : reply(order.refuseSender));
  },
  onRcptTo({ address }, session, done) {
    if (order.cut === 'atRecipient') return hangUp(session);
    const refusal = order.refuse?.[address];
    done(refusal === undefined ? null : reply(refusal));
  },
  onData(stream, session, done) {
    const address = session.envelope.rcptTo[0]?.address ?? '';
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => void take(Buffer.concat(chunks).toString('utf8'), address, session, done));
  },
});

async function take(
  mail: string,
  address: string,
  session: SMTPServerSession,
  done: (error?: Error | null, message?: string) => void,
): Promise<void> {
  const messageId = /^message-id:\s*<([^>]+)>/im.exec(mail)?.[1] ?? '';
  const { secure } = session;
  journal({ event: 'began', address, messageId, mail, recipients: session.envelope.rcptTo.length, secure });
  if (order.delayMs !== undefined) await pause(order.delayMs);
  if (order.cut === 'afterData' || order.cut === 'withHalfAWord') {
    journal({ event: 'cut', address, messageId });
    hangUp(session, order.cut === 'withHalfAWord' ? '421 4.3.2 shutting do' : undefined);
    return;
  }
  const refusal = order.refuseContent?.[address];
  journal({ event: 'answered', address, messageId });
  if (refusal === undefined) done(null, '2.0.0 Ok: queued');
  else done(reply(refusal));
}

/** The text repeats what a real server would: no code may be read out of it, and no address. */
function reply(codes: string): Error {
  const [code = '550', status] = codes.split(' ');
  const text = `${status ?? ''} <canary@example.com>: see 999 9.9.9`.trim();
  return Object.assign(new Error(text), { responseCode: Number(code) });
}

function hangUp(session: SMTPServerSession, words?: string): void {
  for (const { id, _socket: socket } of connections()) {
    if (id !== session.id) continue;
    if (words === undefined) socket.destroy();
    else socket.end(words);
  }
}

function connections(): Set<{ id: string; _socket: Socket }> {
  return server.connections;
}

// A client that goes away in mid-sentence is no event here.
server.on('error', () => undefined);
const listener = server.listen(0, '127.0.0.1', () => {
  const address = listener.address();
  ready({ port: typeof address === 'object' && address !== null ? address.port : 0, certificate });
});
