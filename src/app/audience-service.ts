/**
 * What the audience worker answers: it folds the log that lies here, keeps the columns, and is the one that writes to
 * the log. Every change is durable before it is shown. Rules are in `audience/` and `log/`; the outside is handed in.
 */
import { needsFinder } from '#audience/query';
import type { ContactWindow, WindowRequest } from '#audience/types';
import { createAudienceView } from '#audience/view';
import type { ContactId, EntryId } from '#domain/ids';
import { createContactIds } from '#log/contact-id';
import { createFold } from '#log/fold';
import type { ReceiptStore } from '#storage/message-types';
import type { BlockStore, EntryStore, ImportStore, SnapshotStore } from '#storage/types';
import type { BringInServiceParts } from './audience-bring-in.ts';
import type { Change } from './audience-changes.ts';
import { createAudienceLog } from './audience-log.ts';
import { named } from './audience-failures.ts';
import { createAudienceSnapshot } from './audience-snapshot.ts';
import { lazily } from './lazily.ts';
import { fromBase64Url } from './random-id.ts';
import type { AudienceSnapshotParts } from './snapshot-types.ts';
import type {
  AudienceEvents,
  AudienceWorker,
  ContactEdit,
  OpenWorkspace,
  PlanPort,
  ReadyContact,
} from './worker-types.ts';

export interface AudienceParts {
  readonly entries: EntryStore;
  readonly blocks: BlockStore;
  readonly imports: ImportStore;
  readonly receipts: Pick<ReceiptStore, 'ofRecipients'>;
  /** The log of another workspace of this device, to be read. */
  readonly openLog: BringInServiceParts['openLog'];
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** A collator's: names in the order of the member's language. */
  readonly compareNames: (one: string, other: string) => number;
  readonly pause: () => Promise<void>;
  /** Absent where every opening folds from nothing. */
  readonly snapshot?: SnapshotParts;
  readonly serve: (port: MessagePort, planning: PlanPort) => void;
  /** For what nobody waits for: a bug while the rest is loading. */
  readonly onBug: (error: unknown) => void;
}

export interface SnapshotParts {
  readonly snapshots: SnapshotStore;
  /** Runs it some seconds later, when nobody waits for an answer. */
  readonly later: (run: () => void) => void;
  /** Reads blocks beside this thread while a large one is opened. */
  readonly startHelper?: AudienceSnapshotParts['startHelper'];
  /** Runs it unless another tab of the workspace is at it. */
  readonly onlyHere: (run: () => Promise<void>) => Promise<void>;
}

export type ConnectAudience = (workspace: OpenWorkspace) => AudienceParts;

/**
 * While loading, the page is told at once, again after this long, and then each time after twice as long: it asks for rows
 * and counts anew, which costs the more the more are there, and loading waits for it.
 */
const TELL_AGAIN_MS = 150;
/** Texts packed at once, in thousands of rows: some milliseconds. */
const RUNS_AT_ONCE = 16;

export function createAudienceService(connect: ConnectAudience): AudienceWorker {
  let opened: ReturnType<typeof openAudience> | undefined;
  const audience = () => {
    if (!opened) throw new Error('the audience worker is not open');
    return opened;
  };
  return {
    async open(workspace, onChange) {
      opened = openAudience(workspace, connect(workspace), onChange);
      const { firstRows } = opened;
      await named(() => firstRows);
    },
    servePlanning: (port) => audience().servePlanning(port),
    window: (request) => audience().window(request),
    contact: async (id) => audience().view.contact(id),
    groupCounts: async () => audience().view.groups.counts(),
    dynamicCounts: async () => (await audience().groupAnswers()).dynamicCounts(),
    dynamicGroupsOf: async (contact) => (await audience().groupAnswers()).dynamicGroupsOf(contact),
    reach: async (...reach) => (await audience().groupAnswers()).reach(...reach),
    namedGroups: async () => audience().namedGroups(),
    namedCharacteristics: async () => audience().namedCharacteristics(),
    tags: () => audience().tags(),
    scoped: () => audience().scoped(),
    addContact: (contact) => audience().addContact(contact),
    choose: async (filter) => (await audience().bulk()).choose(filter),
    chooseByKeys: async (keys) => (await audience().bulk()).chooseByKeys(keys),
    chosenWindow: async (...window) => (await audience().bulk()).window(...window),
    groupsAmong: async (chosen) => (await audience().bulk()).groupsAmong(chosen),
    bulk: (...act) => audience().bulkAct(...act),
    change: (id, edit) => audience().change(id, edit),
    duplicates: (...window) => audience().duplicates(...window),
    merge: (...merge) => audience().merge(...merge),
    history: (id) => audience().history(id),
    messagesTo: (...asked) => audience().messagesTo(...asked),
    imports: () => audience().imports(),
    undoEntry: (entry) => audience().setUndone(entry, true),
    redoEntry: (entry) => audience().setUndone(entry, false),
    keptByUndo: (entry) => audience().keptByUndo(entry),
    planSend: async (request) => (await audience().sending()).plan(request),
    funnelWindow: async (request) => (await audience().sending()).funnelWindow(request),
    writeRecipients: async (request) => (await audience().sending()).writeRecipients(request),
    addMessaged: (...messaged) => audience().addMessaged(...messaged),
    refresh: (how) => audience().refresh(how),
    setGroups: (...groups) => audience().setGroups(...groups),
    planBringIn: async (...source) => (await audience().bringIn()).plan(...source),
    writeBringIn: async () => (await audience().bringIn()).write(),
    dropBringIn: async () => (await audience().bringIn()).drop(),
  };
}

function openAudience(workspace: OpenWorkspace, parts: AudienceParts, onChange: AudienceEvents['onChange']) {
  const salt = fromBase64Url(workspace.salt);
  const ids = createContactIds(salt);
  const fold = createFold(salt);
  const view = createAudienceView(fold.state, parts.compareNames);
  const snapshot = parts.snapshot && createAudienceSnapshot({ ...parts, ...parts.snapshot, fold, ids });
  const log = createAudienceLog({ ...parts, fold, snapshot });
  const keeping = parts.snapshot && snapshot && { ...parts, ...parts.snapshot, snapshot, log, state: fold.state };
  const keeper = keeping && lazily(async () => (await import('./snapshot-keeper.ts')).createSnapshotKeeper(keeping));
  let loading: 'loading' | 'loaded' = 'loading';
  let toldAtMs = 0;
  let tellAfterMs = TELL_AGAIN_MS;
  let writing: Promise<unknown> = Promise.resolve();

  const tell = () => {
    toldAtMs = parts.nowMs();
    onChange({ version: view.version(), total: view.total(), loading });
  };

  const first = Promise.withResolvers<void>();
  const loaded = log
    .catchUp(() => {
      first.resolve();
      if (parts.nowMs() - toldAtMs < tellAfterMs) return;
      if (toldAtMs > 0) tellAfterMs *= 2;
      tell();
    })
    .then(() => {
      loading = 'loaded';
      tell();
    });
  loaded.then(first.resolve, first.reject);
  loaded
    .then(warm)
    .then(async () => {
      // Whoever waits for the search has its answer first.
      await parts.pause();
      fold.state.keys.refresh();
      (await keeper?.())?.folded();
      // The column's head that is pressed first shall not take a second either.
      while (view.warm() === 'more') await parts.pause();
      await pack();
    })
    .catch(parts.onBug);

  // The first rows need no search.
  const finding = lazily(async () => {
    const { createFinder } = await import('#audience/finder');
    return view.useFinder((asked) => createFinder({ ...asked, nowMs: parts.nowMs }));
  });

  /** What is searched is made ready before it is asked for, in steps between questions. */
  async function warm(): Promise<void> {
    const finder = await finding();
    while (finder.warm() === 'more') await parts.pause();
  }

  async function keepReady(): Promise<void> {
    (await keeper?.())?.folded();
    await warm();
    await pack();
  }

  async function window(request: WindowRequest): Promise<ContactWindow> {
    if (needsFinder(request.filter, view.groups)) await warm();
    return view.window(request);
  }

  async function catchUp(): Promise<void> {
    const before = fold.state.version;
    await log.catchUp();
    if (fold.state.version === before) return;
    tell();
    // Whoever changed something has his answer first.
    if (loading === 'loaded') parts.pause().then(keepReady).catch(parts.onBug);
  }

  /** What was folded lately lies as strings, which take three times the room. */
  async function pack(): Promise<void> {
    const { packTexts } = await import('#log/pack-texts');
    while (packTexts(fold.state, RUNS_AT_ONCE) === 'more') await parts.pause();
  }

  /** One at a time, each on all that lies on disk: also on what another tab wrote. */
  function exclusively<Value>(run: () => Promise<Value>): Promise<Value> {
    const next = writing.then(async () => {
      await loaded;
      await catchUp();
      return named(run);
    });
    writing = next.catch(() => undefined);
    return next;
  }

  /** Whoever looks through the log waits for whoever writes. */
  async function pauseForWriting(): Promise<void> {
    await parts.pause();
    await writing;
  }

  async function write({ body, blocks }: Change, id = parts.newId() as EntryId): Promise<EntryId> {
    await parts.entries.add({ id, device: workspace.device, body }, parts.nowMs(), blocks);
    await catchUp();
    return id;
  }

  // The first rows need none of these, nor does a search.
  const waiting = () => fold.waiting;
  const writes = { ...parts, state: fold.state, ids, device: workspace.device, exclusively, catchUp };
  const planning = lazily(async () => (await import('./audience-plans.ts')).createPlanning(writes));
  const bringIn = lazily(async () => (await import('./audience-bring-in.ts')).createBringIn(writes));
  const sending = lazily(async () =>
    (await import('./audience-sending.ts')).createSending({ ...parts, view, loaded, warm }),
  );
  const groupAnswers = lazily(async () =>
    (await import('./audience-dynamic.ts')).createGroupAnswers({ view, loaded, warm }),
  );
  const history = lazily(async () =>
    (await import('./audience-history.ts')).createAudienceHistory({
      ...{ ...parts, salt, ids, state: fold.state, waiting, log, pause: pauseForWriting },
    }),
  );
  const contactMessages = lazily(async () =>
    (await import('./contact-messages.ts')).createContactMessages({
      ...{ ...parts, ids, state: fold.state, log, pause: pauseForWriting },
    }),
  );
  const imports = lazily(async () =>
    (await import('./audience-imports.ts')).createAudienceImports({
      ...{ ...parts, view, ids, log, waiting },
      write: async (body) => void (await write({ body, blocks: [] })),
    }),
  );

  const hands = lazily(async () => (await import('./audience-hands.ts')).createHands({ view, ids, write }));
  const bulk = lazily(async () =>
    (await import('./audience-bulk.ts')).createBulk({
      ...{ ...parts, view, write },
      ready: async (filter) => {
        await loaded;
        if (needsFinder(filter, view.groups)) await warm();
      },
    }),
  );
  const merging = lazily(async () =>
    (await import('./audience-merge.ts')).createMerging({
      ...{ ...parts, view },
      write: (body) => write({ body, blocks: [] }),
    }),
  );

  return {
    view,
    window,
    firstRows: first.promise,
    sending,
    groupAnswers,
    bringIn,
    async refresh(how: 'more' | 'anew' = 'more') {
      if (how === 'anew') await log.foldAnew();
      await catchUp();
      if (how === 'anew') tell();
    },
    async servePlanning(port: MessagePort): Promise<void> {
      parts.serve(port, await planning());
    },
    namedGroups: () => [...fold.state.named.values()].map(({ group }) => group),

    namedCharacteristics: () => [...fold.state.characteristics.values()].map(({ characteristic }) => characteristic),
    async tags() {
      const { countTags } = await import('#audience/tags');
      await loaded;
      return countTags(fold.state);
    },
    async scoped() {
      const { scopedIn } = await import('#audience/scoped');
      await loaded;
      return scopedIn(fold.state);
    },

    setGroups(...groups: Parameters<AudienceWorker['setGroups']>): void {
      const before = view.version();
      view.groups.setExisting(...groups);
      if (view.version() !== before) tell();
    },

    addContact: (contact: ReadyContact) => exclusively(async () => (await hands()).add(contact)),

    bulk,
    bulkAct: (...act: Parameters<AudienceWorker['bulk']>) => exclusively(async () => (await bulk()).act(...act)),

    change: (id: ContactId, edit: ContactEdit) => exclusively(async () => (await hands()).change(id, edit)),

    async duplicates(...window: Parameters<AudienceWorker['duplicates']>) {
      await loaded;
      return (await merging()).duplicates(...window);
    },
    merge: (...merge: Parameters<AudienceWorker['merge']>) =>
      exclusively(async () => (await merging()).merge(...merge)),

    /** Looks on, while others write: what came meanwhile is in the next answer. */
    async history(id: ContactId) {
      await loaded;
      return (await history()).history(id);
    },
    async messagesTo(...asked: Parameters<AudienceWorker['messagesTo']>) {
      await loaded;
      return (await contactMessages()).messages(...asked);
    },
    async imports() {
      await loaded;
      return (await imports()).list();
    },
    setUndone: (entry: EntryId, undone: boolean) => exclusively(async () => (await imports()).set(entry, undone)),
    async keptByUndo(entry: EntryId) {
      await loaded;
      return (await imports()).kept(entry);
    },

    addMessaged: (...messaged: Parameters<AudienceWorker['addMessaged']>) =>
      exclusively(async () => (await hands()).messaged(...messaged)),
  };
}
