/**
 * A real relay in a process of its own on a data folder of its own: started, killed, started again. Nothing here knows
 * how the relay works inside; it reads what the relay prints and speaks HTTP.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RELAY_FLAGS } from '#scripts/relay-flags';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface RelayProcess {
  /** Where it listens, whatever public address it is told to have. */
  readonly url: string;
  /** Only while the relay is unclaimed. */
  readonly claimToken: string | undefined;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  readonly stop: () => Promise<number | null>;
  /** All it has printed so far, both streams. */
  readonly output: () => string;
}

export interface RelayOptions {
  readonly data: string;
  /** 0 takes any free port; give the same again so that a browser finds the relay after a restart. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The tree to run: a copy with a patch applied, else this one. */
  readonly root?: string;
}

/** A busy machine takes ten seconds for what is mostly one. */
const START_LIMIT_MS = 60_000;

export async function startRelay({ data, port = 0, env = {}, root = ROOT }: RelayOptions): Promise<RelayProcess> {
  const taken = port === 0 ? await freePort() : port;
  const child = spawn(process.execPath, [...RELAY_FLAGS, 'src/relay/main.ts'], {
    cwd: root,
    // Stand-ins live on loopback, which a relay does not call unless it is told to.
    env: { ...process.env, PORT: String(taken), FIELDCAST_DATA: data, FIELDCAST_ALLOW_NETWORKS: '127.0.0.0/8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  await new Promise<void>((resolvePromise, reject) => {
    const timer = setTimeout(() => reject(new Error(`the relay did not start:\n${output}`)), START_LIMIT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const found = /Fieldcast is at (https?:\/\/[^\s/]+)/.exec(output)?.[1];
      // The claim link is printed with the address, in the same breath; wait for the end of the line.
      if (found !== undefined && output.includes('\n', output.indexOf(found))) {
        clearTimeout(timer);
        resolvePromise();
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => reject(new Error(`the relay ended with ${String(code)}:\n${output}`)));
  });
  const gone = exited(child);
  return {
    url: `http://localhost:${String(taken)}`,
    get claimToken() {
      return /\/claim#([A-Za-z0-9_-]+)/.exec(output)?.[1];
    },
    pid: child.pid ?? -1,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return gone;
    },
    output: () => output,
  };
}

/** A folder that goes when `remove` is called. */
export async function temporaryFolder(
  name: string,
): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), `fieldcast-${name}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

function exited(child: ChildProcess): Promise<number | null> {
  return child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolvePromise) => child.once('exit', (code) => resolvePromise(code)));
}

/** Free a moment ago: good enough where one test runs at a time. */
function freePort(): Promise<number> {
  return new Promise((resolvePromise) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolvePromise(port));
    });
  });
}
