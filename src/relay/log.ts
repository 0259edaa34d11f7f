/**
 * What the relay writes down of itself: JSON lines of allowed fields and nothing else. A field that is not in the list
 * cannot get into the log, so that no address, name, text, token, cookie or path with somebody's id ever stands there.
 */
import { pino, type DestinationStream } from 'pino';
import type { LogLevel } from '#relay/settings';

/** Everything that may stand in a line. Free text is not among it; `problem` is a word of our own. */
export interface LogFields {
  readonly event: LogEvent;
  readonly method?: string;
  /** The pattern, never the path. */
  readonly route?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly problem?: string;
  readonly workspace?: string;
  readonly message?: string;
  readonly channel?: string;
  readonly count?: number;
  readonly error?: ErrorFields;
}

export type LogEvent =
  | 'started'
  | 'stopping'
  | 'stopped'
  | 'request'
  | 'requestFailed'
  | 'resealed'
  | 'keyMissing'
  | 'callbackDropped'
  | 'callbacksFailed'
  | 'purged'
  | 'purgeFailed'
  | 'erased'
  | 'eraseFailed'
  | 'packed'
  | 'packFailed'
  | 'dispatch'
  | 'documentRefused'
  | 'documentFailed'
  | 'audienceFailed'
  | 'crashed';

/** Of an error only its kind, its code and where it arose: a message may quote what it choked on. */
export interface ErrorFields {
  readonly name: string;
  readonly code?: string;
  readonly stack: readonly string[];
}

type Write = (fields: LogFields) => void;
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

const ALLOWED = [
  'event',
  'method',
  'route',
  'status',
  'ms',
  'problem',
  'workspace',
  'message',
  'channel',
  'count',
  'error',
] as const satisfies readonly (keyof LogFields)[];

/** Lines go to `destination`; main hands in standard error, since standard output is for sentences to people. */
export function createLog(level: LogLevel, destination: DestinationStream): Log {
  const logger = pino({ level, base: null, timestamp: () => `,"time":"${new Date().toISOString()}"` }, destination);
  return {
    debug: (fields) => logger.debug(allowedOnly(fields)),
    info: (fields) => logger.info(allowedOnly(fields)),
    warn: (fields) => logger.warn(allowedOnly(fields)),
    error: (fields) => logger.error(allowedOnly(fields)),
  };
}

/** TypeScript checks literals only; this holds for whatever object arrives. */
function allowedOnly(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(ALLOWED.filter((name) => fields[name] !== undefined).map((name) => [name, fields[name]]));
}

/** What of a thrown value may be written down. */
export function errorFields(thrown: unknown): ErrorFields {
  if (!(thrown instanceof Error)) return { name: typeof thrown, stack: [] };
  const code = (thrown as { code?: unknown }).code;
  return {
    name: thrown.constructor.name,
    ...(typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? { code } : {}),
    stack: framesOf(thrown),
  };
}

/** A stack begins with the message, which may have lines that look like frames: what follows it counts. */
function framesOf({ stack = '', message }: Error): readonly string[] {
  const messageAt = stack.indexOf(message);
  if (messageAt < 0) return [];
  return stack
    .slice(messageAt + message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
}
