/** The event stream over a browser's EventSource that says what it is told to. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Hello } from '#protocol/api';
import { createRelayEvents } from '#sync/relay-events';

class Stream extends EventTarget {
  static readonly OPEN = 1;
  static readonly all: Stream[] = [];
  readyState = 0;
  onerror = () => undefined;
  constructor() {
    super();
    Stream.all.push(this);
  }
  close() {
    this.readyState = 2;
  }
  say(name: string, data: unknown = {}) {
    this.readyState = 1;
    this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) }));
  }
}

beforeEach(() => {
  Stream.all.length = 0;
  vi.stubGlobal('EventSource', Stream);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function listener() {
  const heard: string[] = [];
  const events = createRelayEvents({
    onReceipts: () => heard.push('receipts'),
    onLog: () => heard.push('log'),
    onContent: () => heard.push('content'),
    onLost: () => heard.push('lost'),
    waitMs: (failures) => failures * 1_000,
  });
  return { heard, events, stream: (at = -1) => Stream.all.at(at) as Stream };
}

test('[SYN-3] what the relay says first is the answer, and what it says later wakes', async () => {
  const { heard, events, stream } = listener();
  const hello = events.open();
  const said = { log: 3, receipts: 2, channels: 'x' } as Hello;
  stream().say('hello', said);
  expect([await hello, events.isOpen()]).toEqual([said, true]);
  for (const name of ['log', 'content', 'receipts', 'ping']) stream().say(name);
  expect(heard).toEqual(['log', 'content', 'receipts']);
});

test('[SYN-3] an older relay says nothing of how far it is: there is a stream, and all is asked', async () => {
  const { heard, events, stream } = listener();
  const hello = events.open();
  stream().say('receipts', { cursor: 0 });
  expect([await hello, events.isOpen(), heard]).toEqual([undefined, true, ['receipts']]);
});

test('[SYN-3] a stream that breaks, does not open, or says nothing is no answer; the next one is another', async () => {
  const { heard, events, stream } = listener();
  const refused = events.open();
  stream().onerror();
  expect([await refused, events.isOpen(), heard]).toEqual([undefined, false, ['lost']]);

  vi.useFakeTimers();
  const silent = events.open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([await silent, events.isOpen()]).toEqual([undefined, false]);

  const dropped = events.open();
  expect(stream(-2).readyState).toBe(2);
  events.close();
  expect([await dropped, stream().readyState]).toEqual([undefined, 2]);
});

test('[SYN-3] a stream cut right after its first word opens anew at once; only several in a row wait, each longer', async () => {
  vi.useFakeTimers();
  const { events, stream } = listener();
  const afterStream = async (lastsMs: number) => {
    const hello = events.open();
    stream().say('hello');
    await hello;
    await vi.advanceTimersByTimeAsync(lastsMs);
    stream().onerror();
    return events.reopenInMs();
  };
  expect(await afterStream(2_999)).toBe(0);
  expect([await afterStream(10), await afterStream(10), await afterStream(10)]).toEqual([1_000, 2_000, 3_000]);
  // One that did not open says nothing of those that do.
  void events.open();
  stream().onerror();
  expect(events.reopenInMs()).toBe(3_000);
  expect([await afterStream(3_000), await afterStream(10), await afterStream(10)]).toEqual([0, 0, 1_000]);
});
