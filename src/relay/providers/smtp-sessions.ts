/**
 * Kept SMTP sessions, over nodemailer's connection. Not nodemailer's own pool: it puts a mail back in its queue by itself
 * and does not say whether the mail's content had begun to leave, which is what tells `unavailable` from `unknown`.
 */
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { codeOf } from '#relay/net-guard';
import type { Connected, OnLeaving } from '#relay/provider';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly encryption: 'none' | 'tls' | 'starttls';
  /** Absent: the server asks for no login. */
  readonly login?: { readonly user: string; readonly pass: string };
}

export interface Mail {
  readonly from: string;
  readonly to: string;
  readonly message: Buffer;
}

/** What went wrong. The server's text may hold addresses: only its codes go on. */
export interface SmtpFailure {
  /** nodemailer's code, or the system's where it is the plainer one. */
  readonly code: string;
  /** `550 5.1.1`, where the server answered. */
  readonly reply?: string;
  /** What was answered to, or failed: `MAIL FROM`, `RCPT TO`, `DATA`, `AUTH PLAIN`, `CONN` … */
  readonly command: string;
  /** The first byte of the mail had been handed to the connection: from here on it may have been taken. */
  readonly begun: boolean;
}

export type MailResult = { readonly kind: 'taken' } | { readonly kind: 'failed'; readonly failure: SmtpFailure };

export interface SmtpSessions {
  readonly send: (mail: Mail, onLeaving?: OnLeaving) => Promise<MailResult>;
  /** Connects and logs in, and nothing more. */
  readonly verify: () => Promise<SmtpFailure | undefined>;
  readonly close: () => Promise<void>;
}

type Connect = (host: string, port: number, timeoutMs: number) => Promise<Connected>;

const CONNECT_MS = 5_000;
const GREETING_MS = 10_000;
const SILENCE_MS = 20_000;
/** For one mail in all, however steadily a server trickles. */
const MAIL_MS = 60_000;
const IDLE_MS = 30_000;
const MAILS_PER_SESSION = 100;

interface Session {
  readonly connection: SMTPConnection;
  mails: number;
  isEnded: boolean;
  readonly ended: Promise<void>;
}

export function createSmtpSessions(server: SmtpServer, connect: Connect): SmtpSessions {
  const idle = new Map<Session, NodeJS.Timeout>();
  const live = new Set<Session>();
  let isClosed = false;

  async function open(): Promise<Session | SmtpFailure> {
    const connected = await connect(server.host, server.port, CONNECT_MS);
    if (connected.kind === 'failed') return { code: connected.code, command: 'CONN', begun: false };
    const connection = new SMTPConnection({
      host: server.host,
      port: server.port,
      connection: connected.socket,
      secure: server.encryption === 'tls',
      requireTLS: server.encryption === 'starttls',
      ignoreTLS: server.encryption === 'none',
      tls: { minVersion: 'TLSv1.2' },
      connectionTimeout: GREETING_MS,
      greetingTimeout: GREETING_MS,
      socketTimeout: SILENCE_MS,
      socketCloseTimeout: 1_000,
      maxResponseSize: 64 * 1024,
    });
    let end = (): void => undefined;
    const ended = new Promise<void>((fulfil) => (end = fulfil));
    const session: Session = { connection, mails: 0, isEnded: false, ended };
    live.add(session);
    connection.once('end', () => {
      session.isEnded = true;
      forget(session);
      live.delete(session);
      end();
    });
    const failure = await start(connection, server.login);
    if (failure === undefined) return session;
    connection.close();
    return failure;
  }

  function forget(session: Session): void {
    clearTimeout(idle.get(session));
    idle.delete(session);
  }

  function keep(session: Session): void {
    if (session.isEnded) return;
    if (isClosed || session.mails >= MAILS_PER_SESSION) {
      session.connection.quit();
      return;
    }
    const timer = setTimeout(() => {
      idle.delete(session);
      session.connection.quit();
    }, IDLE_MS);
    idle.set(session, timer.unref());
  }

  async function send(mail: Mail, onLeaving?: OnLeaving): Promise<MailResult> {
    for (;;) {
      const kept = idle.keys().next().value;
      if (kept !== undefined) forget(kept);
      const session = kept ?? (await open());
      if (!('connection' in session)) return { kind: 'failed', failure: session };
      const failure = await sendOver(session, mail, onLeaving);
      if (failure === undefined) {
        keep(session);
        return { kind: 'taken' };
      }
      if (failure.reply !== undefined && failure.code !== 'ECONNECTION') reset(session);
      else session.connection.close();
      // A server may end a kept session at any moment, silently or by 421; that says nothing about this mail.
      const wasStale = kept !== undefined && !failure.begun && (failure.reply ?? '421').startsWith('421');
      if (!wasStale) return { kind: 'failed', failure };
    }
  }

  /** After a refusal the session is as good as before. */
  function reset(session: Session): void {
    session.connection.reset((error) => (error ? session.connection.close() : keep(session)));
  }

  return {
    send,
    async verify() {
      const session = await open();
      if (!('connection' in session)) return session;
      session.connection.quit();
      return undefined;
    },
    async close() {
      isClosed = true;
      for (const session of [...idle.keys()]) {
        forget(session);
        session.connection.quit();
      }
      const late = setTimeout(() => [...live].forEach(({ connection }) => connection.close()), 2_000);
      await Promise.all([...live].map(({ ended }) => ended));
      clearTimeout(late);
    },
  };
}

/** Greeting, TLS, login. */
function start(connection: SMTPConnection, login: SmtpServer['login']): Promise<SmtpFailure | undefined> {
  return new Promise((fulfil) => {
    const fail = (error: unknown): void => fulfil(toFailure(error, false));
    // Stays for the session's life: an error that nobody waits for must not end the relay.
    connection.on('error', fail);
    connection.once('end', () => fail(undefined));
    connection.connect((error) => {
      if (error) fail(error);
      else if (login === undefined) fulfil(undefined);
      else connection.login(login, (refused) => (refused ? fail(refused) : fulfil(undefined)));
    });
  });
}

function sendOver(session: Session, mail: Mail, onLeaving?: OnLeaving): Promise<SmtpFailure | undefined> {
  session.mails += 1;
  return new Promise((fulfil) => {
    let begun = false;
    // Read for the first time when the server has said 354, and not before.
    const content = new Readable({
      read() {
        try {
          onLeaving?.();
        } catch {
          // Without its end the server takes nothing of a mail, and only a closed connection leaves it without one.
          session.connection.close();
          return;
        }
        begun = true;
        this.push(mail.message);
        this.push(null);
      },
    });
    const late = setTimeout(() => session.connection.close(), MAIL_MS);
    // A connection that we close ourselves forgets the mail it was carrying; any other end has reported itself before.
    void session.ended.then(() => {
      clearTimeout(late);
      fulfil({ code: 'ECONNECTION', command: 'CONN', begun });
    });
    session.connection.send({ from: mail.from, to: [mail.to], size: mail.message.length }, content, (error) => {
      clearTimeout(late);
      fulfil(error ? toFailure(error, begun) : undefined);
    });
  });
}

function toFailure(error: unknown, begun: boolean): SmtpFailure {
  const fields: { response?: unknown; command?: unknown; originalCode?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  const reply = typeof fields.response === 'string' ? replyCodes(fields.response) : undefined;
  const code = fields.originalCode === undefined ? codeOf(error) : codeOf({ code: fields.originalCode });
  const command = typeof fields.command === 'string' ? fields.command : 'CONN';
  return { code, command, begun, ...(reply === undefined ? {} : { reply }) };
}

/** `550 5.1.1` of `550 5.1.1 <somebody@example.com>: no such user`. */
function replyCodes(response: string): string | undefined {
  const codes = /^([2-5]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?!\S))?/.exec(response);
  return codes === null ? undefined : [codes[1], codes[2]].filter(Boolean).join(' ');
}
