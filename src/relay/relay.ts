/** The relay as one object: its parts made, joined, started in order and ended in the reverse. No signals, no words. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createAudience } from '#relay/audience/audience';
import { createLinks, type Links } from '#relay/auth/links';
import { createRateLimiter } from '#relay/auth/rate-limit';
import { createBlocks } from '#relay/blocks/blocks';
import { createFolderBlockFiles } from '#relay/blocks/folder-block-files';
import { startCallbackWorker } from '#relay/callbacks';
import { createChannelProviders } from '#relay/channel-providers';
import { readBootId } from '#relay/dispatch/boot-id';
import { createCallJournal } from '#relay/dispatch/call-journal';
import { createDispatch } from '#relay/dispatch/dispatch';
import { createContentState } from '#relay/documents/content-state';
import { createDocumentSockets } from '#relay/documents/sockets';
import { createEventStreams } from '#relay/http/event-streams';
import { readHello } from '#relay/http/hello';
import { createHttp } from '#relay/http/http';
import { createErasures } from '#relay/erasure/erasures';
import { listen } from '#relay/http/listen';
import { createKeyring, resealCredentials } from '#relay/keyring';
import type { Log } from '#relay/log';
import { createMetrics } from '#relay/metrics';
import { createProviderDeps } from '#relay/providers/deps';
import { PROVIDERS } from '#relay/providers/registry';
import { startPacking } from '#relay/packing';
import { startRetention } from '#relay/retention';
import type { Settings } from '#relay/settings';
import { createSite } from '#relay/static';
import { createSqliteStore } from '#relay/store/sqlite';

export interface RelayOptions {
  readonly settings: Settings;
  readonly keys: readonly Buffer[];
  /** Where the built app lies. */
  readonly siteFolder: string;
  readonly log: Log;
}

export interface Relay {
  readonly url: string;
  readonly links: Links;
  readonly site: 'built' | 'missing';
  /** Channels whose credentials no key here opens. */
  readonly unreadable: readonly string[];
  /** Ends what is under way, within nine seconds, and closes the store. */
  readonly stop: () => Promise<void>;
}

/** Together under the ten seconds after which supervisors kill. */
const STOP_HTTP_MS = 3_000;
const STOP_DISPATCH_MS = 5_000;

export async function startRelay({ settings, keys, siteFolder, log }: RelayOptions): Promise<Relay> {
  const now = () => Date.now();
  const site = await createSite(siteFolder);
  const store = createSqliteStore(join(settings.dataFolder, 'relay.sqlite'));
  try {
    const keyring = createKeyring(keys);
    const { resealed, unreadable } = await resealCredentials(store, keyring);
    if (resealed > 0) log.info({ event: 'resealed', count: resealed });
    if (unreadable.length > 0) log.error({ event: 'keyMissing', count: unreadable.length });

    const metrics = createMetrics(store, { process: 'watched' });
    const blocks = createBlocks({ store, files: createFolderBlockFiles(join(settings.dataFolder, 'blocks')) });
    const providerDeps = createProviderDeps({ allowNetworks: settings.allowedNetworks, now });
    const audience = createAudience({ store, blocks, log });
    const parts = { store, blocks, audience, keyring, providers: PROVIDERS, providerDeps, metrics, log, now };
    let url = settings.publicUrl ?? '';
    const publicUrl = () => url;
    const contentState = createContentState(store.documents);
    const streams = createEventStreams({
      ...parts,
      hello: (actor) => readHello({ store, contentState, publicUrl }, actor),
    });
    const erasures = createErasures({ ...parts, onErased: streams.raise });
    // Before anybody is let in: what was cut off goes on.
    await erasures.takeUp();
    const channelProviders = createChannelProviders(parts);
    // Whoever holds the store holds the folder: what journals lie there are of processes that are no more.
    const journal = createCallJournal({ folder: settings.dataFolder, bootId: readBootId() });
    const dispatch = createDispatch({
      store,
      journal,
      providerFor: channelProviders.providerFor,
      isErased: erasures.isErased,
      now,
      random: () => Math.random(),
      timers: {
        set: (milliseconds, callback) => setTimeout(callback, milliseconds),
        clear: (timer) => clearTimeout(timer as NodeJS.Timeout),
        soon: (callback) => setImmediate(callback),
      },
      onReceipts: streams.raise,
      metrics: metrics.dispatch,
      log,
      owner: randomUUID(),
    });
    const callbacks = startCallbackWorker({ ...parts, onReceipts: streams.raise });
    const links = createLinks(store, settings.dataFolder);

    const limiter = createRateLimiter();
    const documents = createDocumentSockets({ ...parts, limiter, publicUrl, onStored: streams.contentChanged });
    const app = createHttp({
      ...parts,
      erasures,
      links,
      limiter,
      streams,
      site,
      publicUrl,
      retentionDays: settings.retentionDays,
      metricsToken: settings.metricsToken,
      onMessageQueued: dispatch.wake,
      onCallbackStored: callbacks.wake,
      onChannelChanged: dispatch.channelChanged,
    });
    const listening = await listen({ ...settings, fetch: app.fetch, onUpgrade: documents.upgrade });
    url ||= `${settings.tls ? 'https' : 'http'}://localhost:${listening.port}`;
    await dispatch.start();
    const retention = startRetention({
      ...parts,
      async eraseBinned() {
        const workspace = await store.workspace();
        return workspace ? erasures.eraseBinned(workspace.id) : 0;
      },
    });
    const packing = startPacking({
      ...{ ...parts, newId: randomUUID },
      ...{ afterMs: settings.packAfterSeconds * 1_000, least: settings.packLeast },
    });

    return {
      url,
      links,
      site: site.kind,
      unreadable,
      async stop() {
        streams.closeAll();
        await documents.stop();
        await Promise.all([
          listening.close(STOP_HTTP_MS),
          dispatch.stop(STOP_DISPATCH_MS),
          retention.stop(),
          packing.stop(),
          audience.stop(),
        ]);
        await callbacks.stop();
        await channelProviders.close();
        await providerDeps.close();
        journal.close();
        await store.close();
      },
    };
  } catch (problem) {
    await store.close();
    throw problem;
  }
}
