/**
 * A fold's state in one form, whatever the order in which it came: what replicas and tests compare. Row numbers and
 * stamps, which mean something on one device only, are not in it.
 */
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { ContactId } from '#domain/ids';
import { idFromHalves } from './contact-id.ts';
import type { Fold } from './fold.ts';
import { STRICT_WORDS } from './fold-state.ts';

export function canonicalState(fold: Fold): string {
  const { state } = fold;
  const timeOf = (stamp: number | undefined) => state.stamps.timeOf(stamp ?? 0);
  const groups = [...state.members.keys()].sort();
  const contacts = Array.from({ length: state.ids.count }, (_, row) => ({
    id: idFromHalves<ContactId>(state.ids.highs[row] ?? 0, state.ids.lows[row] ?? 0),
    born: state.born[row],
    texts: TEXT_FIELDS.map((field) => state.texts[field].values[row] ?? null),
    stricts: STRICT_FIELDS.map((field) => STRICT_WORDS[field][(state.stricts[field][row] ?? 0) - 1] ?? null),
    groups: groups.filter((group) => state.members.get(group)?.has(row)),
    times: [state.created, state.changed, state.firstMessaged, state.lastMessaged].map((column) => timeOf(column[row])),
    channelType: state.stamps.channelTypeOf(state.lastMessaged[row] ?? 0) ?? null,
  }));
  return JSON.stringify({
    contacts: contacts.sort((one, other) => (one.id < other.id ? -1 : 1)),
    named: [...state.named.values()].map(({ group }) => group).sort((one, other) => (one.id < other.id ? -1 : 1)),
    waiting: [...fold.waiting.keys()].sort(),
    kept: [...fold.kept.keys()].sort(),
  });
}
