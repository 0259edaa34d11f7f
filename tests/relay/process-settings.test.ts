/** The environment made settings, and what is said of a wrong one. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseSettings, type Settings } from '#relay/settings';

function settingsOf(env: Record<string, string>): Settings {
  const parsed = parseSettings(env);
  if (parsed.kind === 'wrong') throw new Error(parsed.sentence);
  return parsed.settings;
}

describe('settings', () => {
  it('[APP-1] with nothing set, this machine alone is served on 8080 from ./data', () => {
    expect(settingsOf({})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      dataFolder: resolve('data'),
      tls: undefined,
      publicUrl: undefined,
      keys: undefined,
      retentionDays: 60,
      packAfterSeconds: 3_600,
      packLeast: 1_000,
      allowedNetworks: [],
      metricsToken: undefined,
      logLevel: 'info',
    });
    expect(settingsOf({ PORT: '', FIELDCAST_URL: ' ' })).toEqual(settingsOf({}));
  });

  it('[APP-1] with a certificate every address is served, unless one is named', () => {
    const tls = { FIELDCAST_TLS_CERT: 'cert.pem', FIELDCAST_TLS_KEY: 'key.pem' };
    expect(settingsOf(tls).host).toBeUndefined();
    expect(settingsOf({ ...tls, FIELDCAST_HOST: '192.0.2.1' }).host).toBe('192.0.2.1');
    expect(settingsOf(tls).tls).toEqual({ certPath: resolve('cert.pem'), keyPath: resolve('key.pem') });
  });

  it('[MSG-10] retention, networks, address and level are read', () => {
    const settings = settingsOf({
      FIELDCAST_RETENTION_DAYS: '7',
      FIELDCAST_PACK_AFTER_SECONDS: '5',
      FIELDCAST_PACK_LEAST: '20',
      FIELDCAST_ALLOW_NETWORKS: '10.0.0.0/8, fd00::/8 127.0.0.1',
      FIELDCAST_URL: 'https://field.example.com/',
      FIELDCAST_LOG_LEVEL: 'warn',
      PORT: '0',
    });
    expect(settings).toMatchObject({
      retentionDays: 7,
      packAfterSeconds: 5,
      packLeast: 20,
      allowedNetworks: ['10.0.0.0/8', 'fd00::/8', '127.0.0.1'],
      publicUrl: 'https://field.example.com',
      logLevel: 'warn',
      port: 0,
    });
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['PORT', '-1'],
    ['FIELDCAST_RETENTION_DAYS', '6'],
    ['FIELDCAST_PACK_AFTER_SECONDS', '0'],
    ['FIELDCAST_PACK_LEAST', '1'],
    ['FIELDCAST_RETENTION_DAYS', '401'],
    ['FIELDCAST_RETENTION_DAYS', '7.5'],
    ['FIELDCAST_TLS_CERT', 'canary.pem'],
    ['FIELDCAST_TLS_KEY', 'canary.pem'],
    ['FIELDCAST_URL', 'field.example.com'],
    ['FIELDCAST_URL', 'https://field.example.com/canary'],
    ['FIELDCAST_URL', 'https://canary@field.example.com'],
    ['FIELDCAST_URL', 'ftp://canary'],
    ['FIELDCAST_ALLOW_NETWORKS', '10.0.0.0/33'],
    ['FIELDCAST_ALLOW_NETWORKS', 'canary'],
    ['FIELDCAST_METRICS_TOKEN', 'canary'],
    ['FIELDCAST_LOG_LEVEL', 'canary'],
  ])('[APP-1] %s=%s is refused by name, without repeating it', (name, value) => {
    const parsed = parseSettings({ [name]: value });
    expect(parsed.kind).toBe('wrong');
    const sentence = parsed.kind === 'wrong' ? parsed.sentence : '';
    expect(sentence).toContain(name);
    expect(sentence).not.toContain('canary');
  });
});
