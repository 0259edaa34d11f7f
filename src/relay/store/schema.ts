/**
 * The tables of the SQLite store, as a list of migrations that only ever grows: what a released relay has written is
 * brought up to date at start. Personal data stands in `messages.content` and `deliveries` only, where purge finds it.
 */
import type { Database } from 'better-sqlite3';

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE workspaces (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, salt TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE members (
    id TEXT PRIMARY KEY, workspace TEXT NOT NULL REFERENCES workspaces, name TEXT NOT NULL, role TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE sessions (
    token_hash TEXT PRIMARY KEY,
    member TEXT NOT NULL REFERENCES members ON DELETE CASCADE,
    workspace TEXT NOT NULL REFERENCES workspaces,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX sessions_by_member ON sessions (member);

  CREATE TABLE links (
    token_hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  -- A channel made anew under a removed one's code gets another number, and none of its deliveries.
  CREATE TABLE channels (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    platform TEXT NOT NULL,
    settings TEXT NOT NULL,
    sealed_credentials TEXT NOT NULL,
    per_second REAL,
    callback_secret TEXT NOT NULL UNIQUE,
    called_back_at INTEGER,
    down_since INTEGER,
    UNIQUE (workspace, code),
    UNIQUE (workspace, name)
  ) STRICT;

  -- The receipt feed of a workspace: its cursors follow each other without a gap.
  CREATE TABLE feeds (
    number INTEGER PRIMARY KEY, workspace TEXT NOT NULL UNIQUE, last_cursor INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- unknown … clicked: deliveries in that state; sent: deliveries that a channel has ever accepted.
  CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    id TEXT NOT NULL,
    feed INTEGER NOT NULL REFERENCES feeds,
    author TEXT NOT NULL,
    channel TEXT NOT NULL,
    channel_number INTEGER NOT NULL,
    content TEXT,
    variables TEXT,
    key_prefix TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL,
    planned INTEGER NOT NULL,
    effective INTEGER NOT NULL,
    recipients INTEGER NOT NULL DEFAULT 0,
    received_at INTEGER NOT NULL,
    queued_at INTEGER,
    finished_at INTEGER,
    purge_at INTEGER NOT NULL,
    purged_at INTEGER,
    unknown INTEGER NOT NULL DEFAULT 0,
    accepted INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    delivered INTEGER NOT NULL DEFAULT 0,
    clicked INTEGER NOT NULL DEFAULT 0,
    sent INTEGER NOT NULL DEFAULT 0,
    UNIQUE (workspace, id)
  ) STRICT;
  CREATE INDEX messages_to_purge ON messages (purge_at) WHERE purged_at IS NULL;

  CREATE TABLE parts (
    message INTEGER NOT NULL REFERENCES messages ON DELETE CASCADE,
    position INTEGER NOT NULL,
    hash TEXT NOT NULL,
    count INTEGER NOT NULL,
    first_recipient INTEGER NOT NULL,
    stored INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (message, position)
  ) STRICT, WITHOUT ROWID;

  -- state and flags: see sqlite-codes.ts. variables: JSON array in the order of messages.variables, NULL where all are empty.
  CREATE TABLE deliveries (
    message INTEGER NOT NULL REFERENCES messages,
    recipient INTEGER NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    flags INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    provider_id TEXT,
    contact TEXT NOT NULL,
    address TEXT NOT NULL,
    variables TEXT,
    PRIMARY KEY (message, recipient)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX deliveries_by_provider_id ON deliveries (provider_id) WHERE provider_id IS NOT NULL;

  -- Runs of deliveries that still have something to be done; a batch whose deliveries have all ended is deleted.
  CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES messages,
    workspace TEXT NOT NULL,
    channel TEXT NOT NULL,
    priority INTEGER NOT NULL,
    first_recipient INTEGER NOT NULL,
    end_recipient INTEGER NOT NULL,
    remaining INTEGER NOT NULL,
    owner TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX batches_to_claim ON batches (workspace, channel, priority, id);
  CREATE INDEX batches_by_message ON batches (message, first_recipient);

  CREATE TABLE feed_items (
    feed INTEGER NOT NULL,
    cursor INTEGER NOT NULL,
    message INTEGER NOT NULL,
    recipient INTEGER NOT NULL,
    state INTEGER NOT NULL,
    stage TEXT,
    reason TEXT,
    detail TEXT,
    at INTEGER NOT NULL,
    PRIMARY KEY (feed, cursor)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE callbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace TEXT NOT NULL,
    channel TEXT NOT NULL,
    headers TEXT NOT NULL,
    body BLOB NOT NULL,
    received_at INTEGER NOT NULL
  ) STRICT;

  -- Reports that came before the delivery had its provider's id.
  CREATE TABLE parked_reports (
    number INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL,
    channel TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    state INTEGER NOT NULL,
    stage TEXT,
    reason TEXT,
    detail TEXT,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX parked_by_provider_id ON parked_reports (provider_id);
  CREATE INDEX parked_by_time ON parked_reports (at);
  `,
  `
  -- What devices wrote together, as Yjs has it: updates in the order of their coming; now and then all of a document's
  -- become one, which has no author. Groups' names stand in it: personal data where somebody makes it so.
  CREATE TABLE document_updates (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    document TEXT NOT NULL,
    author TEXT,
    bytes BLOB NOT NULL
  ) STRICT;
  CREATE INDEX document_updates_by_document ON document_updates (document, position);
  `,
  `
  -- The device that first pushed under this session; it pushes for no other.
  ALTER TABLE sessions ADD COLUMN device TEXT;
  -- Whom a sign-in link lets in; NULL: the owner.
  ALTER TABLE links ADD COLUMN member TEXT REFERENCES members ON DELETE CASCADE;

  -- The log of a workspace: its positions follow each other without a gap, and none is given twice.
  CREATE TABLE logs (
    number INTEGER PRIMARY KEY,
    workspace TEXT NOT NULL UNIQUE,
    last_position INTEGER NOT NULL DEFAULT 0,
    newest_erasure INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  -- json: the whole entry as it is passed on, its author in it.
  CREATE TABLE entries (
    log INTEGER NOT NULL REFERENCES logs,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    device TEXT NOT NULL,
    time INTEGER NOT NULL,
    author TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (log, position),
    UNIQUE (log, id)
  ) STRICT;

  -- state: arriving (no bytes yet, or no more), loose (there, named by no entry yet), pinned.
  CREATE TABLE blocks (
    log INTEGER NOT NULL REFERENCES logs,
    id TEXT NOT NULL,
    hash TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    state TEXT NOT NULL,
    entry TEXT NOT NULL,
    device TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (log, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blocks_not_pinned ON blocks (since) WHERE state <> 'pinned';

  -- One row; see sqlite-incarnation.ts.
  CREATE TABLE incarnation (
    number INTEGER PRIMARY KEY CHECK (number = 1),
    value TEXT NOT NULL,
    generation INTEGER NOT NULL,
    file_number TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- The relay's own entries are later than all that lies in the log.
  ALTER TABLE logs ADD COLUMN greatest_time INTEGER NOT NULL DEFAULT 0;
  UPDATE logs SET greatest_time = coalesce((SELECT max(time) FROM entries WHERE log = logs.number), 0);
  `,
  `
  -- Who was erased stands in the entry itself, by keyed hashes. stage: 'under way' until nothing of the person is left.
  CREATE TABLE erasures (
    log INTEGER NOT NULL REFERENCES logs,
    key TEXT NOT NULL,
    entry TEXT NOT NULL,
    position INTEGER NOT NULL,
    stage TEXT NOT NULL,
    PRIMARY KEY (log, key)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- Runs of the oldest entries whose JSON lies in a block, in the order of positions; their rows stay, with json ''. What
  -- is packed reaches from the log's first position, without a gap.
  CREATE TABLE packs (
    log INTEGER NOT NULL REFERENCES logs,
    last_position INTEGER NOT NULL,
    first_position INTEGER NOT NULL,
    block TEXT NOT NULL,
    hash TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    PRIMARY KEY (log, last_position)
  ) STRICT, WITHOUT ROWID;
  `,
];

/** Brings the tables up to date; refuses those of a relay newer than this one. */
export function migrate(db: Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > MIGRATIONS.length) {
    throw new Error(
      'This data folder was written by a newer version of Fieldcast. Start that version, or a later one.',
    );
  }
  db.transaction(() => {
    for (const migration of MIGRATIONS.slice(version)) db.exec(migration);
    db.pragma(`user_version = ${MIGRATIONS.length}`);
  })();
}
