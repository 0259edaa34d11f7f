/**
 * Looks for all that the log says of one contact (CON-12): entries from the disk, and of blocks only those that can name
 * it. Whose rows they are in the end, and what stood when, is `log/history`'s.
 */
import { rowOfContact, idAt } from '#audience/columns';
import { KEY_FIELDS } from '#domain/contact';
import type { ContactId, EntryId } from '#domain/ids';
import { decodeRecipients, decodeRows } from '#log/block';
import { lowHalf, type ContactIds } from '#log/contact-id';
import { knownBody } from '#log/entry';
import { rootOf, type FoldState } from '#log/fold-state';
import { createHistory, nameOf, type Mention } from '#log/history';
import type { HistoryStep } from '#log/history-types';
import type { CommitBody, Entry, MessagedBody, Row } from '#log/types';
import { createVerdicts, type Verdicts } from '#log/verdicts';
import type { BlockStore } from '#storage/types';
import type { AudienceLog } from './audience-log.ts';
import { createNamedBlocks } from './named-blocks.ts';

export interface HistoryParts {
  readonly salt: Uint8Array;
  readonly ids: ContactIds;
  readonly state: FoldState;
  readonly waiting: () => ReadonlyMap<EntryId, Entry>;
  readonly log: Pick<AudienceLog, 'eachEntry'>;
  readonly blocks: Pick<BlockStore, 'get'>;
  readonly pause: () => Promise<void>;
}

export type AudienceHistory = ReturnType<typeof createAudienceHistory>;

interface Standing {
  readonly entries: ReadonlySet<EntryId>;
  readonly isHeld: (cells: Row['cells']) => boolean;
}

/** Generations of a key whose contacts are looked at: whoever left it before, and whoever came by it then. */
const GENERATIONS = 4;

export function createAudienceHistory(parts: HistoryParts) {
  const { salt, ids, state, log, blocks, pause } = parts;
  const { eachNaming } = createNamedBlocks(parts);

  async function history(id: ContactId): Promise<readonly HistoryStep[]> {
    const found = rowOfContact(state, id);
    if (found < 0) return [];
    const row = rootOf(state, found);
    const own = idsOf(row);
    const entries = await allEntries();
    const standing = standingOf(row);
    let near = widened(own, row, [], standing);
    let mentions = await mentionsOf(entries, near, { standing, own });
    for (;;) {
      // What was found may show keys that the contact had once, and rows may name it by them.
      const wider = widened(near, row, mentions, standing);
      if (wider.size === near.size) return createHistory(salt, ids, state, { row, own }, mentions, entries);
      near = wider;
      mentions = await mentionsOf(entries, near, { standing, own });
    }
  }

  /**
   * Whose words stand in its keys, and which keys these are: a row that moved the key by which it came shows neither in
   * the contact's id nor in its keys.
   */
  function standingOf(row: number): Standing {
    const said = KEY_FIELDS.map((field) => state.texts[field].stamps[row] ?? 0);
    return {
      entries: new Set(said.flatMap((stamp) => state.stamps.entryOf(stamp) ?? [])),
      isHeld: (cells) =>
        KEY_FIELDS.some((field) => {
          const value = state.texts[field].get(row) ?? '';
          return value !== '' && cells[field] === value;
        }),
    };
  }

  /** All ids that are one contact. */
  function idsOf(row: number): Set<ContactId> {
    const own = new Set([idAt(state, row)]);
    for (const [part, root] of state.joined) if (root === row) own.add(idAt(state, part));
    return own;
  }

  /** Whom rows may name that are this contact's in the end: whoever has, or had, one of its keys. */
  function widened(
    near: ReadonlySet<ContactId>,
    row: number,
    mentions: readonly Mention[],
    standing: Standing,
  ): Set<ContactId> {
    const wider = new Set(near);
    const addKey = (key: number, value: string | undefined) => {
      const field = KEY_FIELDS[key];
      if (field === undefined || value === undefined || value === '') return;
      for (let generation = 0; generation < GENERATIONS; generation += 1) wider.add(ids.idOf(field, value, generation));
    };
    KEY_FIELDS.forEach((field, key) => addKey(key, state.texts[field].get(row)));
    const own = idsOf(row);
    for (const mention of mentions) {
      const isSure = standing.entries.has(mention.entry.id);
      for (const said of rowsOf(mention)) {
        // A row may have come by a key that the contact which it names had left.
        wider.add(nameOf(said, ids));
        if (!isNamed(said, own) && !(isSure && standing.isHeld(said.cells))) continue;
        addKey(KEY_FIELDS.indexOf(said.key), said.keyValue);
        KEY_FIELDS.forEach((field, key) => addKey(key, said.cells[field]));
      }
    }
    return withParts(wider);
  }

  /** Whoever is one contact with them by now: at the time of a row its parts may have decided whose it was. */
  function withParts(near: ReadonlySet<ContactId>): Set<ContactId> {
    const all = new Set(near);
    const roots = new Set([...near].map((id) => rowOfContact(state, id)).filter((row) => row >= 0));
    for (const row of [...roots]) roots.add(rootOf(state, row));
    for (const row of roots) all.add(idAt(state, row));
    for (const [part, root] of state.joined) if (roots.has(root)) all.add(idAt(state, part));
    return all;
  }

  /** By its id, or by the key that it came by. */
  const isNamed = (row: Row, among: ReadonlySet<ContactId>) =>
    among.has(nameOf(row, ids)) || among.has(ids.idOf(row.key, row.keyValue, row.generation));

  /** Every entry that counts, with what other entries decide about them. */
  async function allEntries() {
    const verdicts = createVerdicts();
    const entries: Pick<Mention, 'entry' | 'body'>[] = [];
    const erasures: Entry[] = [];
    await log.eachEntry((entry) => {
      const body = entry && knownBody(entry);
      if (!entry || !body) return;
      if (body.kind === 'undo') verdicts.addUndo(entry, body);
      else if (body.kind === 'erasure') {
        verdicts.addErasure(entry, body);
        erasures.push(entry);
      } else if (!parts.waiting().has(entry.id)) entries.push({ entry, body });
    });
    const entryOf = (id: EntryId) => entries.find(({ entry }) => entry.id === id);
    return { entries, verdicts, erasures, entryOf };
  }

  async function mentionsOf(
    { entries, verdicts }: Awaited<ReturnType<typeof allEntries>>,
    near: ReadonlySet<ContactId>,
    { standing, own }: { readonly standing: Standing; readonly own: ReadonlySet<ContactId> },
  ): Promise<readonly Mention[]> {
    const mentions: Mention[] = [];
    const lows = new Set([...near].map(lowHalf));
    for (const { entry, body } of entries) {
      const undone = verdicts.isUndone(entry.id);
      if (body.kind === 'change') {
        const isSure = standing.entries.has(entry.id) && standing.isHeld(body.row.cells);
        if ((isSure || isNamed(body.row, near)) && !isErased(verdicts, entry, body.row)) mentions.push({ entry, body });
      } else if (body.kind === 'merge') {
        const isOfErased = body.contacts.some(verdicts.isErased);
        if (!isOfErased && body.contacts.some((id) => near.has(id))) mentions.push({ entry, body, undone });
      } else if (body.kind === 'commit') {
        const found = await rowsNaming(body, near, lows);
        // Of two rows of one entry with the same value another may be his: only one that names him ends the search.
        const isThere = ({ cells }: Row, id: ContactId) => standing.isHeld(cells) && own.has(id);
        const isSure = standing.entries.has(entry.id) && !found.some((row) => isThere(row, nameOf(row, ids)));
        const all = isSure ? await rowsOfAll(body, (row) => isNamed(row, near) || standing.isHeld(row.cells)) : found;
        const rows = all.filter((row) => !isErased(verdicts, entry, row));
        if (rows.length > 0) mentions.push({ entry, body, rows, undone });
      } else if (body.kind === 'messaged') {
        const contacts = await recipientsIn(body, near, lows);
        if (contacts.length > 0) mentions.push({ entry, body, contacts });
      }
    }
    return mentions;
  }

  /** Of a person who was erased nothing is said, also until the blocks are filtered. */
  function isErased(verdicts: Verdicts, entry: Entry, row: Row): boolean {
    if (!verdicts.hasErasures()) return false;
    const keys = [[row.key, row.keyValue], ...KEY_FIELDS.map((field) => [field, row.cells[field]] as const)] as const;
    return (
      verdicts.isErased(nameOf(row, ids)) ||
      keys.some(([field, value]) => value && verdicts.isErasedKey(ids.idOf(field, value, 0), entry.time))
    );
  }

  async function rowsNaming({ blocks: refs }: CommitBody, near: ReadonlySet<ContactId>, lows: ReadonlySet<number>) {
    const rows: Row[] = [];
    await eachNaming(refs, 'rows', lows, async (bytes) => {
      const decoded = await decodeRows(bytes);
      if (decoded.kind === 'refused') return;
      const { count, columns, rowAt } = decoded.block;
      for (let at = 0; at < count; at += 1) {
        // By halves first: a row as an object costs more than all the rest.
        ids.hash(columns.keys[at] ?? 0, columns.keyValues[at] ?? '', columns.generations[at] ?? 0);
        const id = columns.ids.get(at);
        if (!lows.has(ids.low) && (id === undefined || !lows.has(lowHalf(id)))) continue;
        const row = rowAt(at);
        if (isNamed(row, near)) rows.push(row);
      }
    });
    return rows;
  }

  async function rowsOfAll({ blocks: refs }: CommitBody, isOurs: (row: Row) => boolean): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (const { id } of refs) {
      const [block] = await blocks.get([id]);
      const decoded = block && (await decodeRows(block.bytes));
      if (decoded?.kind !== 'decoded') continue;
      const { count, rowAt } = decoded.block;
      rows.push(...Array.from({ length: count }, (_, at) => rowAt(at)).filter(isOurs));
      await pause();
    }
    return rows;
  }

  async function recipientsIn({ blocks: refs }: MessagedBody, near: ReadonlySet<ContactId>, lows: ReadonlySet<number>) {
    const found: ContactId[] = [];
    await eachNaming(refs, 'recipients', lows, async (bytes) => {
      const decoded = await decodeRecipients(bytes);
      if (decoded.kind === 'decoded') found.push(...decoded.block.contacts.filter((contact) => near.has(contact)));
    });
    return found;
  }

  return { history };
}

function rowsOf(mention: Mention): readonly Row[] {
  if ('rows' in mention) return mention.rows;
  return mention.body.kind === 'change' ? [mention.body.row] : [];
}
