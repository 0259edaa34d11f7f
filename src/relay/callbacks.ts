/**
 * Reads what providers reported. A callback is stored raw before it is answered and stays stored until its reports are
 * applied, so a crash at any point leads to reading it again; states only move up, so reading it twice changes nothing.
 */
import type { Platform } from '#domain/channel';
import type { WorkspaceId } from '#domain/ids';
import type { Keyring } from '#relay/keyring';
import { errorFields, type Log } from '#relay/log';
import type { CallbackEnd, Metrics } from '#relay/metrics';
import type { ProviderKind, RawCallback, Report } from '#relay/provider';
import type { RelayStore } from '#relay/store/types';

export interface CallbackWorkerDeps {
  readonly store: Pick<RelayStore, 'callbacks' | 'channel' | 'finishCallback'>;
  readonly keyring: Keyring;
  readonly providers: Readonly<Record<Platform, ProviderKind>>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => number;
  /** New receipts are in the feed. */
  readonly onReceipts: (workspace: WorkspaceId) => void;
}

export interface CallbackWorker {
  /** A callback was stored. */
  readonly wake: () => void;
  /** Waits for the callback in hand. */
  readonly stop: () => Promise<void>;
}

const PAGE = 200;
/** After a disk that failed, or where a channel's credentials cannot be opened for now. */
const AGAIN_MS = 5_000;

type Stored = Awaited<ReturnType<RelayStore['callbacks']>>[number];

export function startCallbackWorker(deps: CallbackWorkerDeps): CallbackWorker {
  let stopping = false;
  let woken = true;
  let wakeUp = () => {};

  const loop = async () => {
    while (!stopping) {
      woken = false;
      const left = await readWaiting(deps, () => stopping);
      if (!stopping && !woken) {
        await new Promise<void>((resolve) => {
          const timer = left === 'some' ? setTimeout(resolve, AGAIN_MS) : undefined;
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  };
  const running = loop();

  return {
    wake() {
      woken = true;
      wakeUp();
    },
    stop() {
      stopping = true;
      wakeUp();
      return running;
    },
  };
}

/** Works on all that waits, oldest first; `some` where one could not be worked on now. */
async function readWaiting(deps: CallbackWorkerDeps, isStopping: () => boolean): Promise<'none' | 'some'> {
  try {
    for (;;) {
      const page = await deps.store.callbacks(PAGE);
      let finished = 0;
      for (const stored of page) {
        if (isStopping()) return 'some';
        if (await readOne(deps, stored)) finished += 1;
      }
      if (page.length < PAGE && finished === page.length) return 'none';
      if (finished === 0) return 'some';
    }
  } catch (thrown) {
    deps.log.error({ event: 'callbacksFailed', error: errorFields(thrown) });
    return 'some';
  }
}

/** False where it stays stored. */
async function readOne(deps: CallbackWorkerDeps, stored: Stored): Promise<boolean> {
  const channel = await deps.store.channel(stored.workspace, stored.channel);
  let end: CallbackEnd = 'channelGone';
  let reports: readonly Report[] = [];
  if (channel) {
    const opened = deps.keyring.open(channel.sealedCredentials, channel);
    // Whether it is forged cannot be told without the credentials; they may be entered anew.
    if (opened.kind !== 'opened') return false;
    const config = { settings: channel.settings, credentials: opened.credentials };
    const read = readReports(deps, channel.platform, stored, config);
    end = read.kind;
    if (read.kind === 'reports') reports = read.reports;
  }
  await deps.store.finishCallback(stored.id, stored.workspace, stored.channel, reports, deps.now());
  deps.metrics.callbackEnded(end);
  if (end !== 'reports') {
    deps.log.warn({ event: 'callbackDropped', problem: end, workspace: stored.workspace, channel: stored.channel });
  }
  if (reports.length > 0) deps.onReceipts(stored.workspace);
  return true;
}

type ReadCallback = NonNullable<ProviderKind['readCallback']>;

/** What a provider's reader cannot take is malformed: bytes from outside never stop the callbacks behind them. */
function readReports(
  deps: CallbackWorkerDeps,
  platform: Platform,
  stored: Stored,
  config: Parameters<ReadCallback>[1],
): ReturnType<ReadCallback> {
  const callback: RawCallback = {
    headers: JSON.parse(stored.headers) as Record<string, string>,
    body: stored.body,
    receivedAt: stored.receivedAt,
  };
  try {
    return deps.providers[platform].readCallback?.(callback, config) ?? { kind: 'malformed' };
  } catch (thrown) {
    deps.log.error({ event: 'callbacksFailed', channel: stored.channel, error: errorFields(thrown) });
    return { kind: 'malformed' };
  }
}
