/**
 * Commits as they can be looked at and taken back (IMP-11): the list of imports, undo and redo as entries, and what an
 * undo kept. What an undo comes to is the fold's; here it is read off the columns, row by row of the commit's blocks.
 */
import { contactAt, isListed } from '#audience/columns';
import type { AudienceView } from '#audience/view';
import { characteristicCell } from '#domain/characteristic';
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type TextField } from '#domain/contact';
import type { EntryId, GroupId } from '#domain/ids';
import { decodeRows } from '#log/block';
import { UNDONE } from '#log/born';
import type { ContactIds } from '#log/contact-id';
import { highHalf, lowHalf } from '#log/contact-id';
import { knownBody } from '#log/entry';
import { rootOf, type FoldState } from '#log/fold-state';
import { msOfTime } from '#log/time';
import type { Stamp } from '#log/stamps';
import type { CommitBody, Entry, NewCharacteristic, RowColumns, UndoBody } from '#log/types';
import { createVerdicts } from '#log/verdicts';
import type { BlockStore } from '#storage/types';
import { importEntryId, type AudienceLog } from './audience-log.ts';
import type { KeptByUndo, KeptReason, LoggedImport, UndoResult } from './worker-types.ts';

export interface ImportsParts {
  readonly view: AudienceView;
  readonly ids: ContactIds;
  readonly log: Pick<AudienceLog, 'eachEntry'>;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly waiting: () => ReadonlyMap<EntryId, Entry>;
  readonly write: (body: UndoBody) => Promise<void>;
  readonly pause: () => Promise<void>;
}

/** Contacts handed out of what an undo kept; the number is of all. */
const KEPT_SHOWN = 500;

interface Commit {
  readonly entry: Entry;
  readonly body: CommitBody;
}

export type AudienceImports = ReturnType<typeof createAudienceImports>;

export function createAudienceImports({ view, ids, log, blocks, waiting, write, pause }: ImportsParts) {
  const { state } = view;

  async function commits() {
    const verdicts = createVerdicts();
    const undoneAt = new Map<EntryId, number>();
    const found: Commit[] = [];
    await log.eachEntry((entry) => {
      const body = entry && knownBody(entry);
      if (!entry || !body) return;
      if (body.kind === 'commit') found.push({ entry, body });
      if (body.kind === 'undo' && verdicts.addUndo(entry, body)) undoneAt.set(body.of, msOfTime(entry.time));
    });
    return { found, undoneAt, isUndone: verdicts.isUndone };
  }

  async function list(): Promise<readonly LoggedImport[]> {
    const { found, undoneAt, isUndone } = await commits();
    const entries = new Set(found.map(({ entry }) => entry.id));
    const isBeside = ({ entry, body: { source, importId } }: Commit): boolean => {
      if (importId === undefined) return false;
      const own = importEntryId(importId);
      return source === 'bulk' || (entry.id !== own && entries.has(own));
    };
    const imports = found.filter((commit) => commit.body.source === 'import' && !isBeside(commit));
    const besides = found.filter(isBeside).map(({ body }) => body);
    const besideOf = ({ importId }: CommitBody) => besides.filter((other) => other.importId === importId);
    return imports
      .map(({ entry, body }): LoggedImport => {
        const undone = undoneAt.get(entry.id);
        return {
          entry: entry.id,
          ...(body.importId !== undefined && { importId: body.importId }),
          fileName: body.fileName ?? '',
          ...(body.from !== undefined && { from: body.from }),
          device: entry.device,
          ...(entry.author !== undefined && { author: entry.author }),
          atMs: msOfTime(entry.time),
          rows: body.blocks.reduce((sum, { rows }) => sum + rows, 0),
          groups: [...new Set([...body.joins, ...besideOf(body).flatMap(({ joins }) => joins)])],
          newGroups: body.newGroups,
          state: isUndone(entry.id) ? 'undone' : waiting().has(entry.id) ? 'waiting' : 'done',
          ...(undone !== undefined && { undoneAtMs: undone }),
        };
      })
      .sort((one, other) => other.atMs - one.atMs);
  }

  /** An entry that has not come here yet can be undone too: a phone that is gone takes its import with it. */
  async function set(of: EntryId, undone: boolean): Promise<UndoResult> {
    const before = await commits();
    const body = before.found.find(({ entry }) => entry.id === of)?.body;
    if (before.isUndone(of) === undone) return { kind: 'asBefore' };
    // What was brought in from a workspace, or names groups in a column, is a commit of contacts and one a group. The one that is listed comes last:
    // cut off in between, the whole can be asked for again.
    const beside = before.found.filter(
      ({ entry, body: other }) => other.importId !== undefined && other.importId === body?.importId && entry.id !== of,
    );
    for (const { entry } of beside)
      if (before.isUndone(entry.id) !== undone) await write({ kind: 'undo', of: entry.id, undone });
    await write({ kind: 'undo', of, undone });
    const all = new Set([of, ...beside.map(({ entry }) => entry.id)]);
    const named = [...(body?.newGroups ?? []), ...beside.flatMap((each) => each.body.newGroups)];
    const isElsewhere = (group: GroupId) =>
      before.found.some(
        ({ entry, body: other }) =>
          !all.has(entry.id) && !before.isUndone(entry.id) && other.newGroups.some(({ id }) => id === group),
      );
    const own = named.filter(({ id }) => !isElsewhere(id));
    const characteristics = characteristicsOf(body, all, before);
    if (!undone) return { kind: 'redone', groups: own, characteristics, undoneAtMs: before.undoneAt.get(of) ?? 0 };
    const counts = new Map(view.groups.counts().map(({ group, contacts }) => [group, contacts]));
    return {
      kind: 'undone',
      emptyGroups: own.filter(({ id }) => (counts.get(id) ?? 0) === 0),
      emptyCharacteristics: characteristics.filter(({ id }) => !hasValues(state, characteristicCell(id))),
      kept: await kept(of),
    };
  }

  /** Undefined where the commit is not here, or stands. */
  async function kept(of: EntryId): Promise<KeptByUndo> {
    const { found, isUndone } = await commits();
    const commit = found.find(({ entry }) => entry.id === of);
    const outcome = { contacts: [] as KeptByUndo['contacts'][number][], total: 0, binned: 0, consents: 0 };
    if (!commit || !isUndone(of)) return outcome;
    const looked = new Set<number>();
    for (const ref of commit.body.blocks) {
      const [block] = await blocks.get([ref.id]);
      const decoded = block && (await decodeRows(block.bytes));
      if (decoded?.kind !== 'decoded') continue;
      const { columns } = decoded.block;
      for (let at = 0; at < columns.count; at += 1) {
        const row = holderOf(state, ids, columns, at);
        if (row < 0 || looked.has(row)) continue;
        looked.add(row);
        if (state.born[row] === UNDONE) outcome.binned += 1;
        if (!isListed(state, row)) continue;
        if (saysConsent(state, row, of)) outcome.consents += 1;
        const reason = reasonOf(state, commit.entry, columns, at, row);
        if (!reason) continue;
        outcome.total += 1;
        if (outcome.contacts.length < KEPT_SHOWN)
          outcome.contacts.push({ contact: contactAt(state, row, view.groups.of(row)), reason });
      }
      await pause();
    }
    return outcome;
  }

  return { list, kept, set };
}

/** Those that the commit made, and none else that stands. */
function characteristicsOf(
  body: CommitBody | undefined,
  own: ReadonlySet<EntryId>,
  { found, isUndone }: { readonly found: readonly Commit[]; readonly isUndone: (of: EntryId) => boolean },
): readonly NewCharacteristic[] {
  const others = found.filter(({ entry }) => !own.has(entry.id) && !isUndone(entry.id));
  return (body?.newCharacteristics ?? []).filter(
    ({ id }) => !others.some((other) => other.body.newCharacteristics?.some((each) => each.id === id)),
  );
}

function hasValues(state: FoldState, name: string): boolean {
  const column = state.others.get(name);
  for (let row = 0; column && row < state.ids.count; row += 1)
    if ((column.valueAt(row) ?? '') !== '' && isListed(state, row)) return true;
  return false;
}

/** Whose the row is by now; -1 where nobody has it. A key that was left is the next generation's. */
function holderOf(state: FoldState, ids: ContactIds, columns: RowColumns, at: number): number {
  const id = columns.ids.get(at);
  if (id !== undefined) {
    const row = state.ids.find(highHalf(id), lowHalf(id));
    return row < 0 ? row : rootOf(state, row);
  }
  const key = columns.keys[at] ?? 0;
  const field = KEY_FIELDS[key] ?? 'userId';
  let first = -1;
  for (let generation = columns.generations[at] ?? 0; ; generation += 1) {
    ids.hash(key, columns.keyValues[at] ?? '', generation);
    const found = state.ids.find(ids.high, ids.low);
    if (found < 0) return first;
    const row = rootOf(state, found);
    if (first < 0) first = row;
    if (state.texts[field].get(row) === columns.keyValues[at]) return row;
  }
}

/** Why a contact of an undone import is still as something later made it; undefined where nothing is. */
function reasonOf(
  state: FoldState,
  entry: Entry,
  columns: RowColumns,
  at: number,
  row: number,
): KeptReason | undefined {
  const isLater = (stamp: Stamp | undefined) =>
    stamp !== undefined && stamp !== 0 && state.stamps.timeOf(stamp) > entry.time && !state.stamps.isUndone(stamp);
  if (state.births[row] === 1) {
    const isEdited = isLater(state.changed[row]) && state.stamps.importOf(state.changed[row] ?? 0) === undefined;
    return isEdited ? 'edited' : 'messaged';
  }
  const isOver = (name: string): boolean => {
    if (columns.cells[name]?.[at] === undefined) return false;
    const stamp = isText(name) ? state.texts[name].stamps[row] : state.others.get(name)?.stampAt(row);
    return isLater(stamp);
  };
  return Object.keys(columns.cells).some(isOver) ? 'changedSince' : undefined;
}

/** Undo loosens nothing: the word of consent that counts is this import's. */
function saysConsent(state: FoldState, row: number, of: EntryId): boolean {
  return STRICT_FIELDS.some((field) => {
    const column = state.stricts[field];
    const said = column.more.get(row) ?? [{ stamp: column.stamps[row] ?? 0, rank: column.ranks[row] ?? 0 }];
    return said.some(({ stamp, rank }) => rank === column.ranks[row] && state.stamps.entryOf(stamp) === of);
  });
}

const isText = (name: string): name is TextField => (TEXT_FIELDS as readonly string[]).includes(name);
