/**
 * The app: finds or makes the workspace, starts the workers, then the documents, then the connection, and hands the
 * parts to each other. Returns at once; nothing of the first paint waits for it, and `phase` says how far it is.
 */
import type { Hello } from '#protocol/api';
import { openFailure } from '#storage/failure';
import { createWorkspaceRegistry } from '#storage/workspaces';
import { createRelayClient } from '#sync/relay-client';
import { createBackups } from './backups.ts';
import { findOrBeginWorkspace, noteOpening } from './begin-workspace.ts';
import { createCharacteristics } from './characteristics.svelte.ts';
import { createChannels } from './channels.svelte.ts';
import { createConnection } from './connection.svelte.ts';
import { createContacts } from './contacts.svelte.ts';
import { createContent } from './content.svelte.ts';
import { createDevice } from './device.svelte.ts';
import { erasePartsOf } from './erase-parts.ts';
import { createErasing } from './erasing.ts';
import { createGroups } from './groups.svelte.ts';
import { createImports } from './imports.svelte.ts';
import { later } from './lazily.ts';
import { createMessages } from './messages.svelte.ts';
import { openDocuments } from './open-documents.ts';
import type { Opened } from './opened.ts';
import { startLocalPacking } from './local-packing.ts';
import { createSharing } from './sharing.svelte.ts';
import { createStores } from './stores.ts';
import { createTabOwner, type OwnerState, type Wish } from './tab-owner.ts';
import { createTabs, type News } from './tabs.ts';
import type { App } from './types.ts';
import { createViews } from './views.svelte.ts';
import { wipeWorkspace } from './wipe-workspace.ts';
import { startWorkers, type AudienceThread } from './workers.ts';

/** `audience`: its thread, begun before the page was. */
export function createApp(audience: AudienceThread): App {
  let phase = $state.raw<App['phase']>({ kind: 'opening' });
  let workspaceName = $state('');

  const registry = createWorkspaceRegistry();
  const relay = createRelayClient({ fetch: (...request) => fetch(...request) });
  const opened = open();
  // Only the document of groups and the loop behind the outbox wait for more than the workspace.
  // The rows of the contacts' list come first; any other page, and a view of it, needs the documents at once.
  const isRowsFirst = location.pathname.startsWith('/contacts') && !location.search.includes('view=');
  const documents = opened.then((app) => openDocuments(app, isRowsFirst ? contacts.answered : Promise.resolve()));
  const loop = documents
    .catch(() => undefined)
    .then(async () => {
      const [app, { createOutboxLoop }] = await Promise.all([opened, import('./outbox-loop.ts')]);
      return createOutboxLoop(app, relay, {
        onChange: (ids) => {
          messages.changed(ids);
        },
        onSignedOut: () => {
          connection.signedOut();
        },
        onUnreachable: () => {
          connection.lost();
        },
        onToSend: () => {
          app.owner.ask('send');
        },
      });
    });

  const contacts = createContacts(opened);
  const workspaces = later(async () => {
    const { createWorkspaces } = await import('./workspaces.ts');
    const wipe = async () => wipeWorkspace(await opened, await documents, registry);
    return createWorkspaces(opened, registry, wipe, () => ({ groups, characteristics }));
  });
  const backups = createBackups(opened, documents, registry, workspaces);
  const sharing = createSharing(opened, relay, {
    onSignedOut: () => {
      connection.signedOut();
    },
    onUnreachable: () => {
      connection.lost();
    },
    isOnline: () => connection.state === 'online',
    onErased: (restarted) => {
      void imports.begunAnew(restarted).catch(() => {});
      messages.changed();
    },
  });
  const groups = createGroups(
    opened,
    documents.then(({ groups }) => groups),
  );
  const characteristics = createCharacteristics(
    opened,
    documents.then(({ characteristics }) => characteristics),
  );
  const imports = createImports(opened, groups, characteristics);
  const views = createViews(opened, documents);
  const connection = createConnection(opened, relay, {
    onWake,
    onFollowing: () => void channels.refresh(),
    onReceipts: () => {
      serve('pull');
    },
    onLog: sharing.wake,
    onClaimed,
    onElsewhere: workspaces.join,
  });
  const content = createContent(opened, documents, connection);
  const channels = createChannels(opened, relay);
  const messages = createMessages({ opened, loop, groups, connection });
  const device = createDevice(opened, async () => {
    // The cookie is the relay's to take back; where it cannot be reached, it ends by itself.
    if (connection.state === 'online') await relay.signOut();
    content.stop();
    await wipeWorkspace(await opened, await documents, registry);
  });

  async function open(): Promise<Opened> {
    const now = Date.now();
    const workspace = await findOrBeginWorkspace(registry, now);
    noteOpening(registry, workspace.id, now).catch((error: unknown) => {
      phase = { kind: 'failed', reason: openFailure(error) };
    });
    workspaceName = workspace.name;
    const stores = createStores(workspace.id, () => {
      phase = { kind: 'failed', reason: 'newerVersion' };
    });
    const tabs = createTabs(workspace.id);
    // Cut off in the middle of it: nobody sees, or shares, what is to be gone.
    if ((await stores.meta.get('erasing')) !== undefined) {
      const { eraseHere } = await import('./erase-here.ts');
      const parts = await erasePartsOf({ stores, workspace });
      await tabs.exclusively('log', () => eraseHere(parts));
    }
    const { id, device, salt } = workspace;
    const workers = await startWorkers(
      audience,
      { workspace: id, device, salt },
      (state) => {
        contacts.follow(state);
        sharing.written();
        groups.recount().catch(() => {});
        characteristics.refresh().catch(() => {});
      },
      (progress) => {
        imports.follow(progress);
      },
    );
    tabs.hear(hear);
    const owner = createTabOwner(id, { onWish: serve, onSaid: follow, onStolen: tabs.breakLocks });
    return { workspace, stores, workers, tabs, owner };
  }

  async function onClaimed(name: string): Promise<void> {
    const { workspace } = await opened;
    await registry.change(workspace.id, { name });
    workspaceName = name;
  }

  /** Another tab has claimed, signed in or out. */
  async function reread(): Promise<void> {
    const { workspace } = await opened;
    const row = (await registry.list()).find(({ id }) => id === workspace.id);
    workspaceName = row?.name ?? workspaceName;
    if (connection.isHere) await connection.checkHere();
  }

  async function start(): Promise<void> {
    const { owner } = await opened;
    owner.watch((isOwner) => {
      if (!isOwner) void loop.then(({ rest }) => rest());
    });
    owner.start();
    startLocalPacking(opened);
  }

  function onWake(said?: Hello): void {
    void channels.refresh(said?.channels);
    sharing.carry(said);
    serve('send');
    void loop.then(({ pull }) => pull(said?.receipts));
  }

  /** In the tab that has the connection, for all of them. */
  function serve(wish: Wish): void {
    if (wish === 'check') void connection.checkHere();
    else if (wish === 'share') sharing.carry();
    else void loop.then((loop) => loop[wish]());
  }

  function follow(said: Partial<OwnerState>): void {
    if (said.connection) connection.follow(said.connection);
    if (said.sharing) sharing.follow(said.sharing);
  }

  function hear(news: News): void {
    if (news === 'audience') void opened.then(({ workers }) => workers.audience.refresh());
    if (news === 'erased') messages.changed();
    if (news === 'erased' || news === 'audienceAnew')
      void opened.then(({ workers }) => workers.audience.refresh('anew'));
    if (news === 'sharing') void sharing.recount().catch(() => {});
    if (news === 'views') void views.reread();
    if (news === 'messages') messages.changed();
    if (news === 'channels') void channels.reread();
    if (news === 'session') void reread();
    if (news === 'gone') location.reload();
  }

  opened.then(
    () => {
      phase = { kind: 'open' };
      // Last of all: neither rows nor groups wait for the network.
      void documents.catch(() => {}).then(start);
      // Its worker, with the parsers, is as heavy as the page: not before the rows stand.
      void documents
        .catch(() => {})
        .then(() => imports.goOn())
        .catch(() => {});
      void documents.then(() => backups.tidy()).catch(() => {});
    },
    (error: unknown) => {
      phase = { kind: 'failed', reason: openFailure(error) };
    },
  );
  loop.catch(() => {});

  return {
    get phase() {
      return phase;
    },
    get workspaceName() {
      return workspaceName;
    },
    workspaces,
    backups,
    contacts,
    sharing,
    content,
    groups,
    characteristics,
    views,
    imports,
    channels,
    messages,
    connection,
    erasing: createErasing(relay, () => sharing.wake()),
    device,
  };
}
