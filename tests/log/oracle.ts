/**
 * The fold again, written the slow way from DESIGN's words: all values of all entries first, then which one stands.
 * Shares nothing with `src/log/fold.ts` but the ids.
 */
import { STRICT_FIELDS, TEXT_FIELDS, CONSENTS, BLOCKED } from '#domain/contact';
import type { ContactId, GroupId } from '#domain/ids';
import type { ChangeBody, CommitBody, Entry, MessagedBody, NewGroup, Row } from '#log/types';
import { ids, type Written } from '#tests/builders/entries';

interface Said {
  readonly entry: Entry;
  readonly row: Row;
  readonly weak: boolean;
  /** Place of the row in its entry. */
  readonly place: number;
}

const order = (one: Entry, other: Entry) =>
  one.time - other.time ||
  (one.device < other.device ? -1 : one.device > other.device ? 1 : one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

export function oracle(written: readonly Written[]): string {
  const counted = new Map(written.map((one) => [one.entry.id, one]));
  const said = new Map<ContactId, Said[]>();
  const moves: { contact: ContactId; group: GroupId; joined: boolean; time: number }[] = [];
  const messages = new Map<ContactId, Entry[]>();
  const named: { group: NewGroup; entry: Entry }[] = [];
  const kept: string[] = [];

  const say = (entry: Entry, row: Row, weak: boolean, place: number, body: ChangeBody | CommitBody) => {
    const contact = row.id ?? ids.idOf(row.key, row.keyValue, row.generation);
    said.set(contact, [...(said.get(contact) ?? []), { entry, row, weak, place }]);
    for (const group of body.joins) moves.push({ contact, group, joined: true, time: entry.time });
    for (const group of body.leaves) moves.push({ contact, group, joined: false, time: entry.time });
  };

  for (const { entry, blocks } of counted.values()) {
    const body = entry.body as ChangeBody | CommitBody | MessagedBody;
    if (body.kind === 'change') say(entry, body.row, false, 0, body);
    else if (body.kind === 'commit') {
      for (const group of body.newGroups) named.push({ group, entry });
      const rows = body.blocks.flatMap((ref) => {
        const block = blocks.get(ref.id);
        return block?.kind === 'rows' ? Array.from({ length: block.count }, (_, at) => block.rowAt(at)) : [];
      });
      rows.forEach((row, place) => say(entry, row, body.weight === 'weak', place, body));
    } else if (entry.body.kind === 'messaged') {
      for (const ref of body.blocks) {
        const block = blocks.get(ref.id);
        if (block?.kind === 'recipients')
          for (const contact of block.contacts) messages.set(contact, [...(messages.get(contact) ?? []), entry]);
      }
    } else kept.push(entry.id);
  }

  const contacts = [...new Set([...said.keys(), ...messages.keys()])].sort().map((id) => {
    const rows = said.get(id) ?? [];
    const births = rows.filter(({ row }) => row.birth);
    const sent = (messages.get(id) ?? []).sort(order);
    const text = (field: (typeof TEXT_FIELDS)[number]) => {
      const values = rows.filter(({ row }) => row.cells[field] !== undefined);
      const strong = values.filter(({ weak }) => !weak);
      const byTime = (one: Said, other: Said) => order(one.entry, other.entry) || one.place - other.place;
      const standing = strong.length > 0 ? strong.sort(byTime).at(-1) : values.sort(byTime)[0];
      return standing?.row.cells[field] ?? null;
    };
    const strict = (field: (typeof STRICT_FIELDS)[number]) => {
      const words: readonly string[] = field === 'blocked' ? BLOCKED : CONSENTS;
      return words.findLast((word) => rows.some(({ row }) => row.cells[field] === word)) ?? null;
    };
    const groups = [...new Set(moves.filter((move) => move.contact === id).map((move) => move.group))].filter(
      (group) => {
        const mine = moves.filter((move) => move.contact === id && move.group === group);
        const last = Math.max(...mine.map((move) => move.time));
        return mine.some((move) => move.time === last && move.joined);
      },
    );
    return {
      id,
      born: births.length > 0 ? 1 : 0,
      texts: TEXT_FIELDS.map(text),
      stricts: STRICT_FIELDS.map(strict),
      groups: groups.sort(),
      times: [
        births.length > 0 ? Math.min(...births.map(({ entry }) => entry.time)) : 0,
        Math.max(0, ...rows.map(({ entry }) => entry.time)),
        sent[0]?.time ?? 0,
        sent.at(-1)?.time ?? 0,
      ],
      channelType: (sent.at(-1)?.body as MessagedBody | undefined)?.channelType ?? null,
    };
  });
  const last = new Map(named.sort((one, other) => order(one.entry, other.entry)).map(({ group }) => [group.id, group]));
  return JSON.stringify({
    contacts,
    named: [...last.values()].sort((one, other) => (one.id < other.id ? -1 : 1)),
    waiting: [],
    kept: kept.sort(),
  });
}
