/** Channels as rows. Credentials are opaque here: sealed and opened elsewhere. */
import type { Database } from 'better-sqlite3';
import type { ChannelType, Platform } from '#domain/channel';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import type { ChannelRow, RelayStore } from './types.ts';

type Channels = Pick<
  RelayStore,
  'channels' | 'channel' | 'channelByCallback' | 'addChannel' | 'changeChannel' | 'removeChannel' | 'setChannelDown'
>;

interface Row {
  workspace: WorkspaceId;
  code: ChannelCode;
  name: string;
  type: ChannelType;
  platform: Platform;
  settings: string;
  sealed_credentials: string;
  per_second: number | null;
  callback_secret: string;
  called_back_at: number | null;
}

function rowToChannel(row: Row): ChannelRow {
  return {
    workspace: row.workspace,
    code: row.code,
    name: row.name,
    type: row.type,
    platform: row.platform,
    settings: JSON.parse(row.settings) as ChannelRow['settings'],
    sealedCredentials: row.sealed_credentials,
    callbackSecret: row.callback_secret,
    ...(row.per_second === null ? {} : { perSecond: row.per_second }),
    ...(row.called_back_at === null ? {} : { calledBackAt: row.called_back_at }),
  };
}

export function createChannels(db: Database): Channels {
  const all = db.prepare<[string], Row>('SELECT * FROM channels WHERE workspace = ? ORDER BY number');
  const byCode = db.prepare<[string, string], Row>('SELECT * FROM channels WHERE workspace = ? AND code = ?');
  const byName = db.prepare<[string, string], Row>('SELECT * FROM channels WHERE workspace = ? AND name = ?');
  const byCallback = db.prepare<[string], Row>('SELECT * FROM channels WHERE callback_secret = ?');
  const insert = db.prepare(
    `INSERT INTO channels
       (workspace, code, name, type, platform, settings, sealed_credentials, per_second, callback_secret, called_back_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare(
    `UPDATE channels SET name = ?, settings = ?, sealed_credentials = ?, per_second = ?
      WHERE workspace = ? AND code = ?`,
  );
  const remove = db.prepare('DELETE FROM channels WHERE workspace = ? AND code = ?');
  const setDown = db.prepare(
    'UPDATE channels SET down_since = coalesce(down_since, ?) WHERE workspace = ? AND code = ?',
  );
  const setUp = db.prepare('UPDATE channels SET down_since = NULL WHERE workspace = ? AND code = ?');

  const add = db.transaction((channel: ChannelRow) => {
    if (byCode.get(channel.workspace, channel.code)) return 'codeTaken';
    if (byName.get(channel.workspace, channel.name)) return 'nameTaken';
    insert.run(
      channel.workspace,
      channel.code,
      channel.name,
      channel.type,
      channel.platform,
      JSON.stringify(channel.settings),
      channel.sealedCredentials,
      channel.perSecond ?? null,
      channel.callbackSecret,
      channel.calledBackAt ?? null,
    );
    return 'added';
  });

  const change = db.transaction((...[workspace, code, patch]: Parameters<RelayStore['changeChannel']>) => {
    const row = byCode.get(workspace, code);
    if (!row) return 'gone';
    const channel = { ...rowToChannel(row), ...patch };
    const sameName = byName.get(workspace, channel.name);
    if (sameName && sameName.code !== code) return 'nameTaken';
    update.run(
      channel.name,
      JSON.stringify(channel.settings),
      channel.sealedCredentials,
      channel.perSecond ?? null,
      workspace,
      code,
    );
    return 'changed';
  });

  const rowOrNone = (row: Row | undefined) => (row ? rowToChannel(row) : undefined);
  return {
    channels: async (workspace) => all.all(workspace).map(rowToChannel),
    channel: async (workspace, code) => rowOrNone(byCode.get(workspace, code)),
    channelByCallback: async (secret) => rowOrNone(byCallback.get(secret)),
    addChannel: async (channel) => add(channel),
    changeChannel: async (...input) => change(...input),
    removeChannel: async (workspace, code) => (remove.run(workspace, code).changes === 0 ? 'gone' : 'removed'),
    setChannelDown: async ({ workspace, code }, since) => {
      if (since === undefined) setUp.run(workspace, code);
      else setDown.run(since, workspace, code);
    },
  };
}
