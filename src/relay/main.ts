/**
 * The relay's process: settings from the environment, sentences for the person at the terminal, signals. Sentences go
 * to standard output, the log to standard error.
 *
 *     node src/relay/main.ts             serves
 *     node src/relay/main.ts owner-link  prints a one-time sign-in link for an owner whose browser lost its session
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import { SIGN_IN_LINK_MS, dropSignInLink } from '#relay/auth/links';
import { readKeys } from '#relay/key-file';
import { createLog, errorFields, type Log } from '#relay/log';
import type { Relay } from '#relay/relay';
import { parseSettings, type Settings } from '#relay/settings';
import { StoreInUse } from '#relay/store/sqlite-lock';

const STANDARD_ERROR = 2;
/** Supervisors kill after ten seconds. */
const STOP_MS = 9_500;

const parsed = parseSettings(process.env);
if (parsed.kind === 'wrong') refuse(parsed.sentence);
const [command = 'serve', ...rest] = process.argv.slice(2);
if (command === 'owner-link' && rest.length === 0) printOwnerLink(parsed.settings);
else if (command === 'serve' && rest.length === 0) await serve(parsed.settings);
else refuse('Known commands: none (serves), owner-link.');

async function serve(settings: Settings): Promise<void> {
  const log = createLog(settings.logLevel, pino.destination({ fd: STANDARD_ERROR, sync: true }));
  // What nobody caught leaves the process in no known state; everything that counts is on disk.
  process.on('uncaughtException', (thrown) => {
    log.error({ event: 'crashed', error: errorFields(thrown) });
    process.exit(1);
  });
  const relay = await open(settings, log).catch((problem: unknown) => refuse(startProblem(problem, settings)));
  stopOnSignals(relay, log);
  await introduce(relay);
  log.info({ event: 'started' });
}

async function open(settings: Settings, log: Log): Promise<Relay> {
  mkdirSync(settings.dataFolder, { recursive: true, mode: 0o700 });
  const keys = readKeys(settings.dataFolder, settings.keys);
  if (keys.kind === 'wrong') refuse(keys.sentence);
  // A refusal or a link needs none of it, and it is nearly all there is to load.
  const { startRelay } = await import('#relay/relay');
  const siteFolder = resolve(import.meta.dirname, '../../build');
  return startRelay({ settings, keys: keys.keys, siteFolder, log });
}

/** In one write: whoever reads the first line has the rest too. */
async function introduce(relay: Relay): Promise<void> {
  const token = await relay.links.createClaim(Date.now());
  const lines = [`Fieldcast is at ${relay.url}`];
  if (token !== undefined)
    lines.push(`Nobody owns it yet. Claim it (once, within 72 hours): ${relay.url}/claim#${token}`);
  if (!relay.url.startsWith('https:')) {
    lines.push(
      'A phone needs HTTPS with a name: set FIELDCAST_TLS_CERT and FIELDCAST_TLS_KEY, or FIELDCAST_URL behind a proxy.',
    );
  }
  if (relay.site === 'missing')
    lines.push('The app is not built, so only the relay answers. Build it with: npm run build');
  if (relay.unreadable.length > 0) {
    const channels = relay.unreadable.join(', ');
    lines.push(
      `No key here opens the credentials of ${channels}: their messages wait. Bring the key back, or enter them anew.`,
    );
  }
  console.log(lines.join('\n'));
}

/** A terminal, npm and the start script may each send the signal on: the first one counts. */
function stopOnSignals(relay: Relay, log: Log): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    log.info({ event: 'stopping' });
    // Whatever is left then is on disk, and the next start takes it up.
    setTimeout(() => process.exit(0), STOP_MS).unref();
    await relay.stop();
    log.info({ event: 'stopped' });
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void stop());
}

function printOwnerLink(settings: Settings): void {
  if (!existsSync(join(settings.dataFolder, 'relay.sqlite'))) refuse('There is no relay in this data folder yet.');
  const token = dropSignInLink(settings.dataFolder, Date.now());
  const origin = settings.publicUrl ?? `${settings.tls ? 'https' : 'http'}://localhost:${settings.port}`;
  console.log(`Sign in (once, within ${SIGN_IN_LINK_MS / 60_000} minutes): ${origin}/sign-in#${token}`);
}

/** Sentences for what a person can mend; of a bug only its kind and place, since its message may quote data. */
function startProblem(problem: unknown, settings: Settings): string {
  const { code } = problem as { code?: unknown };
  if (code === 'EADDRINUSE')
    return `Port ${settings.port} is taken. Stop what uses it, or choose another: PORT=8090 npm start`;
  if (code === 'EADDRNOTAVAIL') return 'FIELDCAST_HOST names an address that this machine does not have.';
  if (code === 'EACCES') return `Port ${settings.port} or the data folder may not be used by this account.`;
  if (code === 'ENOENT' && settings.tls) return 'The files of FIELDCAST_TLS_CERT and FIELDCAST_TLS_KEY cannot be read.';
  if (typeof code === 'string' && code.startsWith('SQLITE_'))
    return `The database in the data folder cannot be used (${code}).`;
  if (typeof code === 'string' && /^E[A-Z]+$/.test(code)) return `The data folder cannot be used (${code}).`;
  // The store's own sentences: in use, of a newer version, on a file system that keeps no writes.
  if (problem instanceof StoreInUse || (problem instanceof Error && problem.constructor === Error))
    return problem.message;
  return `The relay could not start: ${JSON.stringify(errorFields(problem))}`;
}

function refuse(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}
