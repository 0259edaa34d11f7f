/**
 * The environment's words, made typed settings once at start. A wrong one is answered with a sentence for the person
 * at the terminal; values are never repeated in it, since some are secrets. Opens no file.
 */
import { isIP } from 'node:net';
import { resolve } from 'node:path';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  readonly port: number;
  /** Undefined: every address of the machine. */
  readonly host: string | undefined;
  readonly dataFolder: string;
  readonly tls: { readonly certPath: string; readonly keyPath: string } | undefined;
  /** Origin under which people reach the relay; undefined: localhost on the port it really listens on. */
  readonly publicUrl: string | undefined;
  /** Keys for credentials as written, newest first; undefined: the key file's. */
  readonly keys: string | undefined;
  readonly retentionDays: number;
  /** Entries of the log whose times are older are packed. */
  readonly packAfterSeconds: number;
  /** Of so many at least; fewer are not worth a block. */
  readonly packLeast: number;
  /** CIDR ranges that providers may reach besides public addresses. */
  readonly allowedNetworks: readonly string[];
  readonly metricsToken: string | undefined;
  readonly logLevel: LogLevel;
}

export type SettingsResult =
  { readonly kind: 'settings'; readonly settings: Settings } | { readonly kind: 'wrong'; readonly sentence: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Empty values count as absent. */
export function parseSettings(env: Environment): SettingsResult {
  try {
    return { kind: 'settings', settings: readAll(env) };
  } catch (problem) {
    if (problem instanceof WrongSetting) return { kind: 'wrong', sentence: problem.message };
    throw problem;
  }
}

class WrongSetting extends Error {}

function readAll(env: Environment): Settings {
  const cert = text(env, 'FIELDCAST_TLS_CERT');
  const key = text(env, 'FIELDCAST_TLS_KEY');
  if ((cert === undefined) !== (key === undefined)) {
    throw new WrongSetting('FIELDCAST_TLS_CERT and FIELDCAST_TLS_KEY go together: set both, or neither.');
  }
  const tls = cert !== undefined && key !== undefined ? { certPath: resolve(cert), keyPath: resolve(key) } : undefined;
  return {
    port: wholeNumber(env, 'PORT', 8080, 0, 65_535),
    // Without TLS a browser keeps no session of another machine, so nothing but this one is served unless told.
    host: text(env, 'FIELDCAST_HOST') ?? (tls ? undefined : '127.0.0.1'),
    dataFolder: resolve(text(env, 'FIELDCAST_DATA') ?? 'data'),
    tls,
    publicUrl: origin(env),
    keys: text(env, 'FIELDCAST_KEY'),
    retentionDays: wholeNumber(env, 'FIELDCAST_RETENTION_DAYS', 60, 7, 400),
    packAfterSeconds: wholeNumber(env, 'FIELDCAST_PACK_AFTER_SECONDS', 3_600, 1, 604_800),
    packLeast: wholeNumber(env, 'FIELDCAST_PACK_LEAST', 1_000, 2, 5_000),
    allowedNetworks: networks(env),
    metricsToken: metricsToken(env),
    logLevel: logLevel(env),
  };
}

function text(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

function wholeNumber(env: Environment, name: string, otherwise: number, least: number, most: number): number {
  const value = text(env, name);
  if (value === undefined) return otherwise;
  const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
  if (!(number >= least && number <= most)) {
    throw new WrongSetting(`${name} must be a whole number from ${least} to ${most}.`);
  }
  return number;
}

function origin(env: Environment): string | undefined {
  const value = text(env, 'FIELDCAST_URL');
  if (value === undefined) return undefined;
  const url = URL.parse(value);
  const isOrigin = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!url || !['http:', 'https:'].includes(url.protocol) || !isOrigin) {
    throw new WrongSetting('FIELDCAST_URL must be an origin, such as https://field.example.com, without a path.');
  }
  return url.origin;
}

function networks(env: Environment): readonly string[] {
  const names = (text(env, 'FIELDCAST_ALLOW_NETWORKS') ?? '').split(/[\s,]+/).filter((name) => name !== '');
  for (const name of names) {
    const [address = '', prefix = '0'] = name.split('/');
    const family = isIP(address);
    const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
    if (family === 0 || !(bits <= (family === 4 ? 32 : 128))) {
      throw new WrongSetting('FIELDCAST_ALLOW_NETWORKS must list networks such as 10.0.0.0/8, separated by commas.');
    }
  }
  return names;
}

function metricsToken(env: Environment): string | undefined {
  const value = text(env, 'FIELDCAST_METRICS_TOKEN');
  if (value !== undefined && value.length < 16) {
    throw new WrongSetting('FIELDCAST_METRICS_TOKEN must have at least 16 characters.');
  }
  return value;
}

function logLevel(env: Environment): LogLevel {
  const value = text(env, 'FIELDCAST_LOG_LEVEL') ?? 'info';
  const level = LOG_LEVELS.find((known) => known === value);
  if (!level) throw new WrongSetting(`FIELDCAST_LOG_LEVEL must be one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}
