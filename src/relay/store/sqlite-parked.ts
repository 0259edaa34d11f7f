/**
 * Reports on provider ids that no delivery has yet: a provider may call back before its own answer has arrived. They
 * wait three days for their delivery.
 */
import type { Database } from 'better-sqlite3';
import type { ChannelCode, WorkspaceId } from '#domain/ids';
import { STATE_CODES, stateOfCode } from './sqlite-codes.ts';
import type { Evidence } from './sqlite-ledger.ts';

const PARKED_MS = 3 * 24 * 3_600_000;

export interface ParkedReports {
  readonly park: (workspace: WorkspaceId, channel: ChannelCode, providerId: string, evidence: Evidence) => void;
  /** Takes those of this id out, oldest first. */
  readonly take: (workspace: WorkspaceId, channel: ChannelCode, providerId: string) => readonly Evidence[];
  readonly dropOld: (now: number) => void;
}

interface Row {
  number: number;
  state: number;
  stage: string | null;
  reason: string | null;
  detail: string | null;
  at: number;
}

export function createParkedReports(db: Database): ParkedReports {
  const insert = db.prepare(
    `INSERT INTO parked_reports (workspace, channel, provider_id, state, stage, reason, detail, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const byId = db.prepare<[string, string, string], Row>(
    `SELECT number, state, stage, reason, detail, at FROM parked_reports
      WHERE provider_id = ? AND workspace = ? AND channel = ? ORDER BY number`,
  );
  const remove = db.prepare('DELETE FROM parked_reports WHERE number = ?');
  const removeOld = db.prepare('DELETE FROM parked_reports WHERE at <= ?');

  return {
    park: (workspace, channel, providerId, { state, stage, reason, detail, at }) => {
      insert.run(workspace, channel, providerId, STATE_CODES[state], stage ?? null, reason ?? null, detail ?? null, at);
    },
    take: (workspace, channel, providerId) => {
      const rows = byId.all(providerId, workspace, channel);
      for (const row of rows) remove.run(row.number);
      return rows.map(rowToEvidence);
    },
    dropOld: (now) => void removeOld.run(now - PARKED_MS),
  };
}

function rowToEvidence(row: Row): Evidence {
  const state = stateOfCode(row.state);
  return {
    // Only evidence is ever parked, and a queued delivery is none.
    state: state === 'queued' ? 'unknown' : state,
    stage: row.stage ?? undefined,
    reason: row.reason ?? undefined,
    detail: row.detail ?? undefined,
    at: row.at,
    providerId: undefined,
  };
}
