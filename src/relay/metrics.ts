/** The relay's figures for Prometheus. Labels are words from short lists: never an id, an address or a path. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { DELIVERY_STATES } from '#domain/delivery';
import type { DispatchMetrics } from '#relay/dispatch/types';
import type { RelayStore } from '#relay/store/types';

export type CallbackEnd = 'reports' | 'forged' | 'malformed' | 'channelGone';

export interface Metrics {
  readonly requestEnded: (method: string, route: string, status: number, seconds: number) => void;
  readonly callbackEnded: (end: CallbackEnd) => void;
  readonly streamsOpen: (change: 1 | -1) => void;
  readonly entriesTaken: (count: number) => void;
  readonly entriesPacked: (count: number) => void;
  readonly blockMoved: (direction: 'in' | 'out', sizeBytes: number) => void;
  readonly dispatch: DispatchMetrics;
  readonly text: () => Promise<{ readonly contentType: string; readonly body: string }>;
}

/** With `process: 'watched'`, figures of the process too: only once a process, since it watches the event loop. */
export function createMetrics(store: Pick<RelayStore, 'counts'>, options: { process: 'watched' | 'left' }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process === 'watched') collectDefaultMetrics({ register: registry });

  const requests = new Histogram({
    name: 'fieldcast_http_request_seconds',
    help: 'Time of requests, by route pattern',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.01, 0.05, 0.2, 1, 5],
    registers,
  });
  const callbacks = new Counter({
    name: 'fieldcast_callbacks_total',
    help: 'Provider callbacks worked on, by how they ended',
    labelNames: ['end'] as const,
    registers,
  });
  const entries = new Counter({ name: 'fieldcast_log_entries_total', help: 'Entries taken into logs', registers });
  const packed = new Counter({
    name: 'fieldcast_log_entries_packed_total',
    help: 'Entries moved into packs',
    registers,
  });
  const blockBytes = new Counter({
    name: 'fieldcast_block_bytes_total',
    help: 'Bytes of blocks, by direction',
    labelNames: ['direction'] as const,
    registers,
  });
  const streams = new Gauge({ name: 'fieldcast_event_streams', help: 'Open event streams', registers });
  const calls = new Histogram({
    name: 'fieldcast_provider_call_seconds',
    help: 'Time of calls to providers',
    labelNames: ['platform'] as const,
    buckets: [0.01, 0.05, 0.2, 1, 5, 20],
    registers,
  });
  const outcomes = new Counter({
    name: 'fieldcast_provider_outcomes_total',
    help: 'What providers answered, by outcome',
    labelNames: ['platform', 'outcome'] as const,
    registers,
  });
  const turns = new Histogram({
    name: 'fieldcast_turn_seconds',
    help: 'Time to write one turn of dispatch',
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5],
    registers,
  });
  const rests = new Counter({
    name: 'fieldcast_channel_rest_seconds_total',
    help: 'Time for which channels were held back because they took nothing',
    labelNames: ['platform'] as const,
    registers,
  });
  const queue = new Gauge({ name: 'fieldcast_queue_depth', help: 'Deliveries that wait to be sent', registers });
  const calling = new Gauge({ name: 'fieldcast_calls_under_way', help: 'Deliveries at a provider now', registers });
  const waiting = new Gauge({ name: 'fieldcast_callbacks_waiting', help: 'Callbacks stored, not read yet', registers });
  const deliveries = new Gauge({
    name: 'fieldcast_deliveries',
    help: 'Deliveries kept, by state',
    labelNames: ['state'] as const,
    registers,
  });

  return {
    requestEnded: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
    callbackEnded: (end) => callbacks.inc({ end }),
    streamsOpen: (change) => streams.inc(change),
    entriesTaken: (count) => entries.inc(count),
    entriesPacked: (count) => packed.inc(count),
    blockMoved: (direction, sizeBytes) => blockBytes.inc({ direction }, sizeBytes),
    dispatch: {
      called(platform, milliseconds, kinds) {
        calls.observe({ platform }, milliseconds / 1_000);
        for (const outcome of kinds) outcomes.inc({ platform, outcome });
      },
      turned: (milliseconds) => turns.observe(milliseconds / 1_000),
      rested: (platform, milliseconds) => rests.inc({ platform }, milliseconds / 1_000),
    },
    async text() {
      const counts = await store.counts();
      queue.set(counts.queued);
      calling.set(counts.calling);
      waiting.set(counts.callbacks);
      for (const state of DELIVERY_STATES) deliveries.set({ state }, counts.byState[state]);
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
}
