/** The real process: how it starts, what it says, how it ends, and what it refuses. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as tlsRequest } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRelayClient } from '#tests/builders/relay-client';
import { startRelay, temporaryFolder, type RelayProcess } from '#tests/builders/relay-process';
import { createCertificate } from '#tests/stand-ins/certificate';
import { runToEnd } from './process-fixture.ts';

let data = '';
let removeFolder: () => Promise<void>;
const running: RelayProcess[] = [];
beforeEach(async () => {
  const folder = await temporaryFolder('process');
  data = join(folder.path, 'data');
  removeFolder = folder.remove;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((relay) => relay.kill()));
  await removeFolder();
});

async function start(env: Record<string, string> = {}): Promise<RelayProcess> {
  const relay = await startRelay({ data, env });
  running.push(relay);
  return relay;
}

const printedUrl = (relay: RelayProcess) => /^Fieldcast is at (\S+)$/m.exec(relay.output())?.[1] ?? '';
const claimToken = (relay: RelayProcess) => relay.claimToken ?? '';

describe('start', { timeout: 60_000 }, () => {
  it('[APP-1] says where it is and how to claim it, on the port it really has', async () => {
    const relay = await start({ PORT: '0' });
    const url = printedUrl(relay);
    expect(url).toMatch(/^http:\/\/localhost:[1-9]\d+$/);
    expect(relay.output()).toContain(`${url}/claim#${claimToken(relay)}`);
    expect(Buffer.from(claimToken(relay), 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(relay.output()).toMatch(/^A phone needs HTTPS.*$/m);
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ state: 'up' });
    expect((await fetch(`${url}/api/session`)).headers.get('strict-transport-security')).toBeNull();
  });

  it('[CHA-2] what it keeps is readable by its own account alone', async () => {
    await start();
    const mode = (name: string) => statSync(join(data, name)).mode & 0o777;
    expect([mode('.'), mode('key'), mode('relay.sqlite'), mode('links')]).toEqual([0o700, 0o600, 0o600, 0o700]);
  });

  it('[SYN-7] gives a new claim link at each start until it is claimed, then none', async () => {
    const first = await start();
    const before = claimToken(first);
    await first.kill();
    const second = await start();
    expect(claimToken(second)).not.toBe(before);
    await createRelayClient(second.url).claim(before);
    await second.stop();
    expect((await start()).claimToken).toBeUndefined();
  });

  it('[SYN-7] session, channels and credentials are there after a kill', async () => {
    const relay = await start();
    const client = createRelayClient(relay.url);
    await client.claim(claimToken(relay));
    const channel = { code: 'hook1', name: 'Hook', platform: 'http-webhook' as const };
    const settings = { url: 'http://127.0.0.1:9/', addressField: 'phone' };
    await client.createChannel({ ...channel, settings, credentials: { signingSecret: 'whsec_c2VjcmV0' } });
    await relay.kill();
    const again = await start();
    client.moveTo(again.url);
    const answer = await client.call('POST', '/api/channels/hook1/test', {});
    expect(await answer.json()).toEqual({ kind: 'fails', reason: 'providerUnavailable', detail: 'ECONNREFUSED' });
  });

  it('[APP-1] a second one on the same folder refuses, and the first goes on', async () => {
    const relay = await start();
    const second = await runToEnd([], { FIELDCAST_DATA: data });
    expect(second).toMatchObject({ code: 1, stdout: '' });
    expect(second.stderr).toMatch(/^Another relay is using this data folder\. .+\n$/);
    expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  });

  it('[APP-1] a taken port, a wrong setting and an unknown command are each a sentence', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as { port: number };
    const taken = await runToEnd([], { FIELDCAST_DATA: data, PORT: String(port) });
    server.close();
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Port \d+ is taken\. .+\n$/) });
    const wrong = await runToEnd([], { FIELDCAST_DATA: data, FIELDCAST_RETENTION_DAYS: '5' });
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/^FIELDCAST_RETENTION_DAYS .+\n$/) });
    const unknown = await runToEnd(['dance'], { FIELDCAST_DATA: data });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Known commands: .+\n$/) });
  });

  it('[APP-1] a data folder that cannot be used is a sentence, without a stack', async () => {
    writeFileSync(`${data}.file`, 'no folder');
    const noFolder = await runToEnd([], { FIELDCAST_DATA: `${data}.file/data` });
    expect(noFolder).toMatchObject({ code: 1, stderr: 'The data folder cannot be used (ENOTDIR).\n' });
    mkdirSync(data);
    writeFileSync(join(data, 'relay.sqlite'), 'no database, but long enough to be looked at as one');
    const noDatabase = await runToEnd([], { FIELDCAST_DATA: data });
    expect(noDatabase).toMatchObject({
      code: 1,
      stderr: 'The database in the data folder cannot be used (SQLITE_NOTADB).\n',
    });
    rmSync(join(data, 'relay.sqlite'));
    const newer = new Sqlite(join(data, 'relay.sqlite'));
    newer.pragma('user_version = 1000');
    newer.close();
    const tooNew = await runToEnd([], { FIELDCAST_DATA: data });
    expect(tooNew).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^This data folder was written by a newer version.+\n$/),
    });
  });

  it('[CHA-2] with the key file lost it starts, says whose credentials are closed, and lets them be entered anew', async () => {
    const relay = await start();
    const client = createRelayClient(relay.url);
    await client.claim(claimToken(relay));
    const settings = { url: 'http://127.0.0.1:9/', addressField: 'phone' };
    const credentials = { signingSecret: 'whsec_c2VjcmV0' };
    await client.createChannel({ code: 'hook1', name: 'Hook', platform: 'http-webhook', settings, credentials });
    await relay.stop();
    rmSync(join(data, 'key'));
    const again = await start();
    client.moveTo(again.url);
    expect(again.output()).toContain('No key here opens the credentials of hook1');
    const test = async () => (await client.call('POST', '/api/channels/hook1/test', {})).json();
    expect(await test()).toEqual({ kind: 'fails', reason: 'credentialsRefused', detail: 'unreadable' });
    await client.call('PATCH', '/api/channels/hook1', { credentials });
    expect(await test()).toEqual({ kind: 'fails', reason: 'providerUnavailable', detail: 'ECONNREFUSED' });
  });

  it('[APP-1] serves over TLS, for phones', async () => {
    const { key, certificate } = createCertificate();
    const [certPath, keyPath] = [`${data}.cert`, `${data}.key`];
    writeFileSync(certPath, certificate);
    writeFileSync(keyPath, key);
    const relay = await start({ FIELDCAST_TLS_CERT: certPath, FIELDCAST_TLS_KEY: keyPath });
    const url = printedUrl(relay);
    expect(url).toMatch(/^https:\/\/localhost:\d+$/);
    expect(relay.output()).not.toContain('A phone needs');
    const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
      tlsRequest(`${url}/api/session`, { ca: certificate }, (answer) => resolve(answer.headers))
        .on('error', reject)
        .end();
    });
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    const missing = await runToEnd([], { FIELDCAST_DATA: `${data}2`, FIELDCAST_TLS_CERT: 'x', FIELDCAST_TLS_KEY: 'y' });
    expect(missing.stderr).toMatch(/^The files of FIELDCAST_TLS_CERT .+\n$/);
  });
});

describe('owner link', { timeout: 60_000 }, () => {
  const link = (env = {}) => runToEnd(['owner-link'], { FIELDCAST_DATA: data, ...env });
  const tokenOf = (text: string) => /\/sign-in#([\w-]+)/.exec(text)?.[1] ?? '';
  const signIn = (relay: RelayProcess, token: string) =>
    fetch(`${relay.url}/api/sign-in`, {
      method: 'POST',
      headers: { origin: relay.url, 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });

  it('[SYN-7] made while the relay runs, or while it does not, signs the owner in once', async () => {
    const relay = await start();
    await createRelayClient(relay.url).claim(claimToken(relay));
    const whileRunning = await link({ FIELDCAST_URL: relay.url });
    expect(whileRunning).toMatchObject({ code: 0, stderr: '' });
    expect(whileRunning.stdout).toContain(`${relay.url}/sign-in#`);
    const answer = await signIn(relay, tokenOf(whileRunning.stdout));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-fieldcast=[\w-]{43}; /);
    expect((await signIn(relay, tokenOf(whileRunning.stdout))).status).toBe(410);
    await relay.stop();
    const whileStopped = await link();
    expect((await signIn(await start(), tokenOf(whileStopped.stdout))).status).toBe(200);
    expect(readdirSync(join(data, 'links'))).toEqual([]);
  });

  it('[SYN-7] needs a relay that has been started', async () => {
    expect(await link()).toMatchObject({ code: 1, stderr: 'There is no relay in this data folder yet.\n' });
    expect(existsSync(data)).toBe(false);
  });
});

describe('end', { timeout: 60_000 }, () => {
  it('[SYN-9] a signal ends streams and requests under way, and the store is whole', async () => {
    const relay = await start();
    const client = createRelayClient(relay.url);
    await client.claim(claimToken(relay));
    const events = await client.call('GET', '/api/events');
    const reading = events.text();
    // A body that never ends keeps its request under way.
    const upload = fetch(`${relay.url}/api/claim`, {
      method: 'POST',
      headers: { origin: relay.url },
      body: new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) }),
      duplex: 'half',
    } as RequestInit).catch(() => 'cut');
    await sleep(200);
    const started = performance.now();
    expect(await relay.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(10_000);
    // Whole to its end: nothing but the first word had been said.
    expect(await reading).toMatch(/^event: hello\ndata: \{"session":.+\}\n\n$/);
    expect(await upload).toBe('cut');
    expect(existsSync(join(data, 'relay.sqlite-wal'))).toBe(false);
  });

  it('[SYN-9] signals that arrive several times, from a terminal and from npm, count once', async () => {
    const relay = await start();
    const exit = relay.stop();
    for (const signal of ['SIGINT', 'SIGINT', 'SIGHUP'] as const) process.kill(relay.pid, signal);
    expect(await exit).toBe(0);
  });

  it('[SYN-9] what nobody caught ends the process, without a word of what it was about', async () => {
    const crash = "setTimeout(() => { throw new RangeError('canary +420601000001') }, 1500)";
    const late = 'setTimeout(() => Promise.reject(new Error("canary")), 1500)';
    for (const script of [crash, late]) {
      const ended = await runToEnd([], { FIELDCAST_DATA: data }, [
        '--import',
        `data:text/javascript,${encodeURIComponent(script)}`,
      ]);
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('"event":"crashed"');
      expect(ended.stderr).not.toMatch(/canary(?!%)|\+420/);
    }
  });
});
