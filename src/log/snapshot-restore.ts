/**
 * Fills an empty fold with what a snapshot's head and segments say, segment by segment in the order of rows. Answers
 * `unsound` where they do not fit each other or the blocks; then all is to be folded anew, and what was filled is void.
 */
import { KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { BlockId } from '#domain/ids';
import type { BlockTexts } from './block-texts.ts';
import { LISTED } from './born.ts';
import { highHalf, lowHalf, type ContactIds } from './contact-id.ts';
import { membersOf, othersOf, reserveRows } from './fold-state.ts';
import type { Fold } from './fold.ts';
import { fillColumn } from './snapshot-columns.ts';
import type { SnapshotHead } from './snapshot-head.ts';
import type { ParsedSegment } from './snapshot-parse.ts';
import { createTextsFiller } from './snapshot-texts.ts';
import { FLAG_COLUMNS, STAMP_COLUMNS } from './snapshot-shape.ts';

export interface Restoring {
  readonly add: (segment: ParsedSegment, textsOf: (block: BlockId) => BlockTexts | undefined) => 'added' | 'unsound';
  /** After the last segment: from here on the fold goes on. */
  readonly finish: () => 'restored' | 'unsound';
}

/** The fold has nothing in it yet. */
export function createRestoring(fold: Fold, ids: ContactIds, head: SnapshotHead): Restoring {
  const { state } = fold;
  const fill = createTextsFiller();
  state.stamps.restore(head.stamps);
  state.keys.restoreLeft(head.left);
  reserveRows(state, head.rows);

  function fillTexts(segment: ParsedSegment, first: number, textsOf: (block: BlockId) => BlockTexts | undefined) {
    for (const { block, index, count } of segment.runs) {
      const texts = textsOf(block.id);
      if (!texts || index + count > texts.count) return false;
    }
    for (const field of TEXT_FIELDS) {
      const column = state.texts[field];
      fillColumn(column.stamps, first, segment.count, segment.texts[field].stamps);
      fill(column, first, segment, segment.texts[field], (block) => textsOf(block)?.cells.get(field));
    }
    return true;
  }

  function fillOthers(segment: ParsedSegment, first: number, textsOf: (block: BlockId) => BlockTexts | undefined) {
    for (const [name, said] of segment.others) {
      const stamps = new Uint32Array(segment.count);
      fillColumn(stamps, 0, segment.count, said.stamps);
      othersOf(state, name).restore(first, stamps, (texts, at) => {
        fill(texts, at, segment, said, (block) => textsOf(block)?.cells.get(name));
      });
    }
  }

  /** Each must be the next row: an id that is there twice is none of ours. */
  function fillIds({ keys, ids: own, count }: ParsedSegment, first: number): boolean {
    const keyAt = new Uint8Array(count).fill(keys.most);
    keys.places.forEach((place, at) => {
      keyAt[place] = keys.values[at] as number;
    });
    let next = 0;
    for (let at = 0; at < count; at += 1) {
      const row = first + at;
      const key = (keyAt[at] as number) - 1;
      let found: number;
      if (key < 0) {
        const id = own[next];
        next += 1;
        if (id === undefined) return false;
        found = state.ids.findOrAdd(highHalf(id), lowHalf(id));
      } else {
        const value = state.texts[KEY_FIELDS[key] ?? 'userId'].get(row);
        if (value === undefined) return false;
        ids.hash(key, value, 0);
        found = state.ids.findOrAdd(ids.high, ids.low);
      }
      if (found !== row) return false;
    }
    return next === own.length;
  }

  function fillStricts({ stricts, count }: ParsedSegment, first: number): void {
    for (const field of STRICT_FIELDS) {
      const { ranks, stamps, more, replaced } = stricts[field];
      const column = state.stricts[field];
      fillColumn(column.ranks, first, count, ranks);
      fillColumn(column.stamps, first, count, stamps);
      for (const [at, said] of more) column.more.set(first + at, [...said]);
      for (const [at, entries] of replaced) column.replaced.set(first + at, new Set(entries));
    }
  }

  function fillRest(segment: ParsedSegment, first: number): void {
    const { count } = segment;
    for (const name of FLAG_COLUMNS) fillColumn(state[name], first, count, segment.flags[name]);
    for (const name of STAMP_COLUMNS) fillColumn(state[name], first, count, segment.stamps[name]);
    for (const [at, cells] of segment.replaced) state.replaced.set(first + at, [...cells]);
    for (const [group, cells] of segment.members) {
      const members = membersOf(state, group);
      if (cells.most !== 0) for (let at = 0; at < count; at += 1) members.restore(first + at, cells.most);
      cells.places.forEach((place, at) => {
        members.restore(first + place, cells.values[at] as number);
      });
    }
  }

  return {
    add(segment, textsOf) {
      const first = state.ids.count;
      if (first + segment.count > head.rows) return 'unsound';
      if (!fillTexts(segment, first, textsOf) || !fillIds(segment, first)) return 'unsound';
      fillStricts(segment, first);
      fillOthers(segment, first, textsOf);
      fillRest(segment, first);
      // Readers know by it that these rows are new.
      state.version += 1;
      state.touched.fill(state.version, first, first + segment.count);
      for (let row = first; row < first + segment.count; row += 1) if (state.born[row] === LISTED) state.bornCount += 1;
      return 'added';
    },
    finish() {
      if (state.ids.count !== head.rows) return 'unsound';
      for (const [part, root] of head.joined) state.joined.set(part, root);
      for (const [group, stamp] of head.named) state.named.set(group.id, { group, stamp });
      for (const [characteristic, stamp] of head.characteristics)
        state.characteristics.set(characteristic.id, { characteristic, stamp });
      state.changes = head.changes;
      fold.resume({
        ...head,
        // Whoever has a stamp was counted; the others are named.
        counted: [...new Set(head.stamps.ids), ...head.counted],
      });
      return 'restored';
    },
  };
}
