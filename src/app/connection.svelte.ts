/**
 * Whether there is a relay, and whether it knows us. The tab that owns the connection asks at the start, when the
 * network or the page comes back, and after a failure with growing patience; the others show what it says. Where a relay
 * knew us before, its event stream is the question: one request says whether it does and what is new (decision 0017).
 * What to do once online is decided by who listens.
 */
import { backoffMs } from '#send/backoff';
import type { Hello } from '#protocol/api';
import type { RelayEvents } from '#sync/relay-events';
import type { RelayAnswer, RelayClient } from '#sync/relay-client';
import type { SharedWorkspace } from '#sync/session';
import type { Connection, Outcome } from './types.ts';
import type { Opened } from './opened.ts';
import type { OwnerState, TabOwner } from './tab-owner.ts';

export interface ConnectionPart extends Connection {
  /** Some request did not arrive: the relay is asked whether it is there. */
  readonly lost: () => void;
  readonly signedOut: () => void;
  readonly setWaiting: (waiting: number) => void;
  /** Reactive. This tab has the connection: of all tabs, or, where each is for itself, while it is looked at. */
  readonly isHere: boolean;
  /**
   * Reactive. The document's state at the relay: empty where the relay did not say, or it is another by now; undefined
   * until this tab, with the connection, has listened.
   */
  readonly contentState: string | undefined;
  /** This tab asks the relay now, for itself or for another. */
  readonly checkHere: () => Promise<void>;
  /** What the tab that has the connection says of it. */
  readonly follow: (said: OwnerState['connection']) => void;
}

const LOOK_AGAIN_MS = 15_000;

/** `doubt`: some request did not arrive. */
type Why = 'asked' | 'doubt';

interface Listeners {
  /**
   * This tab has the connection, and is online, or still online and something may be new. `said`: how far the relay is;
   * absent where it did not say.
   */
  readonly onWake: (said?: Hello) => void;
  /** Another tab has it, and it is online now. */
  readonly onFollowing: () => void;
  readonly onReceipts: () => void;
  readonly onLog: () => void;
  /** The relay has taken this workspace over, under this name. */
  readonly onClaimed: (workspaceName: string) => Promise<void>;
  /** Signed in to a workspace that is not the one open here. */
  readonly onElsewhere: (workspace: SharedWorkspace) => Promise<void>;
}

export function createConnection(
  opened: Promise<Opened>,
  relay: RelayClient,
  { onWake, onFollowing, onReceipts, onLog, onClaimed, onElsewhere }: Listeners,
): ConnectionPart {
  let state = $state<Connection['state']>('starting');
  let waiting = $state(0);
  let lastSeenAt = $state<number | undefined>();
  let memberName = $state<string | undefined>();
  let elsewhere: SharedWorkspace | undefined;
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let checking: Promise<void> | undefined;

  let owner: TabOwner | undefined;
  let isOwner = $state(false);
  let isVisible = $state(document.visibilityState === 'visible');
  let kind = $state<TabOwner['kind']>('one');
  // Browsers allow six connections to an origin over HTTP/1.1, all tabs together.
  const isHere = $derived(isOwner && (kind === 'one' || isVisible));
  let contentState = $state<string | undefined>();
  let events: RelayEvents | undefined;
  /** As of the relay's last answer, whether or not it can be reached. */
  let wasOnline = false;

  /** The relay's first word on a new stream, where there is one. */
  async function hear(): Promise<Hello | undefined> {
    if (!isHere) return undefined;
    // Nothing of the first paint needs it.
    events ??= (await import('#sync/relay-events')).createRelayEvents({
      ...{ onReceipts, onLog, onLost: cut, waitMs: patience },
      onContent() {
        contentState = '';
      },
    });
    const hello = await events.open();
    contentState = hello?.content ?? '';
    return hello;
  }

  async function readOnce(why: Why): Promise<void> {
    const before = state;
    const { workspace, stores } = await opened;
    lastSeenAt ??= await stores.meta.get('lastSeenAt');
    memberName ??= await stores.meta.get('memberName');
    let hello = wasOnline && why !== 'doubt' ? await hear() : undefined;
    const answer = hello ? ({ kind: 'answer', value: hello.session } as const) : await relay.session();
    const { sessionOf } = await import('#sync/session');
    const session = sessionOf(answer, workspace.id, lastSeenAt === undefined ? 'unknown' : 'known');
    if (session.kind === 'online' && !events?.isOpen()) hello = await hear();
    if (session.kind !== 'offline') wasOnline = session.kind === 'online';
    state = session.kind;
    elsewhere = session.kind === 'signedOut' ? session.elsewhere : undefined;
    if (session.kind === 'offline') {
      again();
      return;
    }
    failures = 0;
    if (session.kind === 'none') return;
    lastSeenAt = Date.now();
    await stores.meta.set('lastSeenAt', lastSeenAt);
    if (session.kind !== 'online') {
      events?.close();
      return;
    }
    memberName = session.memberName;
    await stores.meta.set('memberName', memberName);
    await stores.meta.set('member', session.member);
    // Proxies may refuse the stream: then it is this look, now and again, that finds what is new. One that had its word
    // has broken meanwhile.
    if (!events?.isOpen()) lookIn(hello && events ? events.reopenInMs() : LOOK_AGAIN_MS);
    // One request went astray and the relay is there all the same: who made it has a patience of its own.
    if (isOwner && (hello || why !== 'doubt' || before !== 'online')) onWake(hello);
  }

  function check(why: Why = 'asked'): Promise<void> {
    clearTimeout(timer);
    // A broken disk shows elsewhere; here it means only that nothing is known.
    checking ??= readOnce(why)
      .catch(again)
      .finally(() => {
        checking = undefined;
      });
    return checking;
  }

  /** Never long after the relay is back. */
  function again(): void {
    failures += 1;
    lookIn(patience(failures));
  }

  function patience(failures: number): number {
    return backoffMs(failures + 3, Math.random(), LOOK_AGAIN_MS);
  }

  function lookIn(delayMs: number): void {
    clearTimeout(timer);
    if (isHere) timer = setTimeout(() => void check(), delayMs);
  }

  function lost(): void {
    if (state !== 'online') return;
    if (isOwner) void check('doubt');
    else owner?.ask('check');
  }

  function leave(): void {
    contentState = undefined;
    events?.close();
  }

  function cut(): void {
    // Whoever opens it just now sees that it does not open, or that it broke.
    if (!checking && state === 'online') lookIn(events?.reopenInMs() ?? 0);
  }

  addEventListener('online', () => {
    if (isOwner) void check();
  });
  addEventListener('offline', () => {
    if (!isOwner || state !== 'online') return;
    state = 'offline';
    again();
  });
  document.addEventListener('visibilitychange', () => {
    isVisible = document.visibilityState === 'visible';
    if (isHere && isVisible) void check();
    if (!isHere) leave();
  });

  opened.then(
    (app) => {
      ({ owner } = app);
      ({ kind } = owner);
      owner.watch((next) => {
        isOwner = next;
        clearTimeout(timer);
        if (next) void check();
        else leave();
      });
    },
    () => {},
  );
  $effect.root(() => {
    $effect(() => {
      const said = { state, lastSeenAt, memberName };
      if (isOwner) owner?.say({ connection: said });
    });
  });

  async function ask(request: Promise<RelayAnswer<unknown>>, onDone = () => Promise.resolve()): Promise<Outcome> {
    const outcome = outcomeOf(await request);
    if (outcome.kind === 'done') await onDone();
    // One that began before knows nothing of it.
    await checking;
    await check();
    (await opened).tabs.tell('session');
    return outcome.kind === 'done' ? { kind: 'done', value: undefined } : outcome;
  }

  return {
    get state() {
      return state;
    },
    get waiting() {
      return waiting;
    },
    get lastSeenAt() {
      return lastSeenAt;
    },
    get memberName() {
      return memberName;
    },
    get isHere() {
      return isHere;
    },
    get contentState() {
      return contentState;
    },
    async check() {
      const app = await opened;
      if (isOwner) await check();
      else app.owner.ask('check');
    },
    checkHere: () => check(),
    follow(said) {
      const isNews = said.state === 'online' && state !== 'online';
      ({ state, lastSeenAt, memberName } = said);
      if (isNews) onFollowing();
    },
    lost,
    signedOut() {
      if (state === 'online') state = 'signedOut';
      wasOnline = false;
      events?.close();
    },
    setWaiting(next) {
      waiting = next;
    },
    async claim(token, workspaceName, memberName) {
      const { workspace } = await opened;
      const { id, salt } = workspace;
      const request = { token, workspace: { id, name: workspaceName, salt }, memberName };
      return ask(relay.claim(request), () => onClaimed(workspaceName));
    },
    async signIn(token) {
      const outcome = await ask(relay.signIn(token));
      if (outcome.kind !== 'done') return outcome;
      // The relay knows us, in a workspace that this device does not have, or has not open.
      if (elsewhere) await onElsewhere(elsewhere);
      return { kind: 'done', value: elsewhere ? 'elsewhere' : 'here' };
    },
    signOut() {
      wasOnline = false;
      return ask(relay.signOut());
    },
    link: async () => outcomeOf(await relay.link()),
  };
}

export function outcomeOf<Value>(answer: RelayAnswer<Value>): Outcome<Value> {
  if (answer.kind === 'answer') return { kind: 'done', value: answer.value };
  return { kind: 'refused', problem: answer.kind === 'problem' ? answer.problem : 'offline' };
}
