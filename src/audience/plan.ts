/**
 * What an import would do, row by row, against the audience as it is and the rows before (CON-4, IMP-6): the outcome of
 * each row and the rows to write, which hold only what differs. Pure; what was planned is exactly what then happens.
 */
import {
  KEY_FIELDS,
  STRICT_FIELDS,
  TEXT_FIELDS,
  type KeyField,
  type StrictField,
  type TextField,
} from '#domain/contact';
import { DEFAULT_GROUP_ID } from '#domain/group';
import type { GroupId, ImportId } from '#domain/ids';
import { highHalf, lowHalf, type ContactIds } from '#log/contact-id';
import { rootOf, STRICT_WORDS, type FoldState } from '#log/fold-state';
import type { CellName, RowColumns } from '#log/types';
import { isListed, textAt } from './columns.ts';
import type { KeyIndex } from '#log/key-index';
import { createMatcher, type Match } from './match.ts';
import type { SentOthers } from './slice-others.ts';
import { createOtherPlan, type Conflicts } from './plan-others.ts';
import { createOverlay } from './plan-overlay.ts';
import { createPlainPlan } from './plan-plain.ts';
import { createRowWriter, type PlannedWrites, type RowWriter } from './plan-rows.ts';
import { createSaidBefore } from './said-before.ts';
import { createSuppressed } from './plan-suppressed.ts';
import { joinedOf, textIn, type JoinedTexts, type TextColumns } from './slice-texts.ts';

/** In the order of `ROW_OUTCOMES` of the import. */
export const PLAN_OUTCOMES = ['new', 'changed', 'unchanged', 'twice', 'ignored', 'error'] as const;
const [NEW, CHANGED, UNCHANGED, TWICE, IGNORED, ERROR] = [0, 1, 2, 3, 4, 5] as const;

/** Where the keys stand among the text fields. */
const KEY_TEXTS = KEY_FIELDS.map((field) => TEXT_FIELDS.indexOf(field));
type Column = JoinedTexts | undefined;

export interface PlanOptions {
  /** `fillBlanks`: only cells that nobody has said anything of. */
  readonly conflicts: Conflicts;
  /** `existingOnly` limits the import to contacts that exist. */
  readonly existing: 'all' | 'existingOnly';
  /** Joined in every mode. */
  readonly groups: readonly GroupId[];
  /** Earlier imports of the very same file. */
  readonly sameFile: ReadonlySet<ImportId>;
  /** Told whose each row is; `at` is of the slice. */
  readonly onContact?: (at: number, high: number, low: number) => void;
}

export interface PlannedRows {
  /** Index into `PLAN_OUTCOMES`. */
  readonly outcomes: Uint8Array;
  /** 1 where a contact would be written but not sent to: blocked, or refusing. */
  readonly suppressed: Uint8Array;
  /** Absent where no row is to be written. */
  readonly writes?: PlannedWrites;
  /** Ids, two halves each, of contacts that were met without anything to write: for `rememberSeen`. */
  readonly seen: Uint32Array;
}

type Known = Extract<Match, { kind: 'known' }>;
type Met = Extract<Match, { kind: 'met' }>;

export interface ImportPlan {
  /** Slices come in the file's order. Texts are normalised; an empty one is an empty cell. */
  readonly plan: (count: number, columns: TextColumns, others?: SentOthers) => PlannedRows;
  /** What an earlier run, cut off, planned: its blocks in order, and whom it met. Before the first slice. */
  readonly remember: (rows: RowColumns) => void;
  readonly rememberSeen: (seen: Uint32Array) => void;
}

export function createImportPlan(state: FoldState, ids: ContactIds, index: KeyIndex, options: PlanOptions): ImportPlan {
  const overlay = createOverlay();
  const matcher = createMatcher(state, ids, index, overlay);
  const said = createSaidBefore(state, options.sameFile);
  const isSuppressed = createSuppressed(state, ids);
  const others = createOtherPlan(state, options.conflicts, said);
  const plain = createPlainPlan(state, ids, index, overlay, others);
  // Of the very same file every key is asked who held it before.
  const isPlain = options.existing === 'all' && options.sameFile.size === 0;
  const groups = options.groups.filter((group) => group !== DEFAULT_GROUP_ID);

  /** Rows that this import bears again, to their places in the overlay: of two whom a member merged one comes back. */
  const backs = new Map<number, number>();

  /** Of the slice under way, by the fields' order: a name is looked up once a slice and not once a cell. */
  let texts: Column[] = [];
  let stricts: Column[] = [];
  /** The keys of the row under way. */
  let writer: RowWriter = createRowWriter(0);
  let seen: number[] = [];
  /** What an earlier row of the file said as it stood, and the row under way says otherwise. */
  let repeated: Map<CellName, string> | undefined;
  /** The contact of the row under way; -1 where it is a new one. Of that one `back`, as the state has it; -1 where nothing is. */
  let [row, back] = [-1, -1];
  const keys = KEY_FIELDS.map(() => '');
  const keyAt = (key: number, at: number): string => textIn(texts[KEY_TEXTS[key] as number], at);

  function planRow(at: number): number {
    if (isPlain && state.refusals.size === 0 && plain.plan(at)) {
      [row, back] = [-1, -1];
      options.onContact?.(at, plain.high(), plain.low());
      return NEW;
    }
    let hasKey = false;
    for (let key = 0; key < keys.length; key += 1) {
      keys[key] = keyAt(key, at);
      hasKey ||= keys[key] !== '';
    }
    if (!hasKey) return ERROR;
    const match = matcher.match(keys);
    if (match.kind === 'several') return ERROR;
    if (match.kind === 'met') return planMet(at, match.at, match.field);
    if (match.kind === 'known') return planKnown(at, match.row, match.field);
    const key = keys.findIndex((value, each) => said.formerHolder(each, value) >= 0);
    return key < 0 ? planNew(at) : planFormer(at, said.formerHolder(key, keys[key] as string));
  }

  function planNew(at: number): number {
    if (options.existing === 'existingOnly') return IGNORED;
    row = -1;
    const key = keys.findIndex((value) => value !== '');
    const value = keys[key] as string;
    let [high, low, generation] = [matcher.highs[key] as number, matcher.lows[key] as number, 0];
    while (isTaken(high, low, key, value)) {
      generation += 1;
      ids.hash(key, value, generation);
      [high, low] = [ids.high, ids.low];
    }
    back = rowOfHalves(high, low);
    const twice = backs.get(back);
    if (twice !== undefined) return planMet(at, twice, key);
    if (back >= 0 && takeHeldKeys()) {
      const outcome = planBack(at, key);
      if (outcome !== NEW) return outcome;
    }
    options.onContact?.(at, high, low);
    const met = bear(high, low);
    writeCells(at, met, 'first');
    writer.addRow({ at, key, generation, birth: 1 });
    return NEW;
  }

  /** With the keys that stand once `back` is born again. */
  function bear(high: number, low: number): number {
    const met = overlay.add(high, low, 'born');
    if (back < 0) return met;
    if (state.joined.size > 0) backs.set(back, met);
    for (let key = 0; key < KEY_FIELDS.length; key += 1) setKey(met, key, heldKey(back, key) ?? '');
    return met;
  }

  /** Somebody comes back from the bin, with the keys that he had: by them he may be another one of the file or the list. */
  function planBack(at: number, key: number): number {
    const match = matcher.match(keys);
    if (match.kind === 'none') return NEW;
    if (match.kind === 'several') return ERROR;
    if (match.field !== key && !isFree(match, key)) return ERROR;
    return match.kind === 'met' ? planMet(at, match.at, key) : planKnown(at, match.row, key);
  }

  /** Nobody has said anything of this key of his: emptied by hand, it is left, and no row can come to him by it. */
  function isFree(match: Known | Met, key: number): boolean {
    if (match.kind === 'known') return heldKey(match.row, key) === undefined;
    const known = rowOfHalves(overlay.ids.highs[match.at] as number, overlay.ids.lows[match.at] as number);
    const held = overlay.holds(match.at, key, matcher.highs[key] as number, matcher.lows[key] as number);
    return held === 'none' && heldKey(known, key) === undefined;
  }

  /** Of the keys under way those that stand once a contact that is in no list is born again. Answers whether any is new. */
  function takeHeldKeys(): boolean {
    let isNew = false;
    for (let key = 0; key < keys.length; key += 1) {
      const held = heldKey(back, key);
      if (held === undefined || held === keys[key] || (options.conflicts === 'overwrite' && keys[key] !== '')) continue;
      keys[key] = held;
      isNew = true;
    }
    return isNew;
  }

  /** What stands in a key of a contact; undefined where nobody said anything. What an undone import said goes with it. */
  function heldKey(known: number, key: number): string | undefined {
    if (known < 0) return undefined;
    const { stamps, get } = state.texts[KEY_FIELDS[key] as KeyField];
    const stamp = stamps[known] as number;
    return stamp === 0 || state.stamps.isUndone(stamp) ? undefined : (get(known) ?? '');
  }

  /** Weak cells do not stand against what somebody said before, nor where he emptied it. */
  const isHeld = (key: number) => options.conflicts !== 'overwrite' && heldKey(back, key) !== undefined;

  function planKnown(at: number, known: number, key: number): number {
    [row, back] = [known, -1];
    const met = meet(row, keys);
    options.onContact?.(at, overlay.ids.highs[met] as number, overlay.ids.lows[met] as number);
    const written = options.conflicts !== 'ignore' && writeCells(at, met, 'first');
    if (written || !isInAll()) addNaming(at, met, key);
    else seen.push(overlay.ids.highs[met] as number, overlay.ids.lows[met] as number);
    if (options.conflicts === 'ignore') return IGNORED;
    return written ? CHANGED : UNCHANGED;
  }

  /** A second row of a person in one file goes by the same choice. */
  function planMet(at: number, met: number, key: number): number {
    setRowMet(met);
    if (options.conflicts === 'fillBlanks' && back >= 0 && takeHeldKeys()) {
      // Without the key that he keeps as it is, this row's others may be somebody else's.
      const match = matcher.match(keys);
      if (match.kind !== 'met' || match.at !== met) return ERROR;
    }
    options.onContact?.(at, overlay.ids.highs[met] as number, overlay.ids.lows[met] as number);
    if (options.conflicts !== 'ignore' && writeCells(at, met, 'again')) addNaming(at, met, key);
    return TWICE;
  }

  /**
   * The very file again: a later row of it gave this contact another key. That row speaks for it, unless the contact
   * holds another key of this one; by a key that it has left nobody would know whom the row is about.
   */
  function planFormer(at: number, former: number): number {
    if (overlay.ids.find(state.ids.highs[former] as number, state.ids.lows[former] as number) >= 0) return TWICE;
    const held = keys.findIndex(
      (value, key) => value !== '' && value === textAt(state, KEY_FIELDS[key] as KeyField, former),
    );
    return held < 0 ? TWICE : planKnown(at, former, held);
  }

  /** Cells that say something new of a contact, or all of a new one. Answers whether there are any. */
  function writeCells(at: number, met: number, time: 'first' | 'again'): boolean {
    let written = false;
    for (let each = 0; each < TEXT_FIELDS.length; each += 1) {
      const value = textIn(texts[each], at);
      if (value === '') continue;
      const field = TEXT_FIELDS[each] as TextField;
      if (options.conflicts === 'fillBlanks' && !isBlank(field, each, met)) continue;
      // What this import wrote itself is in no column yet, so it is said again.
      const isAsBefore = row >= 0 && !overlay.isWritten(met, each);
      if (isAsBefore && textAt(state, field, row) === value) {
        overlay.setRepeated(met, each);
        continue;
      }
      if (row >= 0 && time === 'first' && said.replaced(field, row, value)) continue;
      if (isAsBefore && overlay.isRepeated(met, each)) noteRepeated(field, textAt(state, field, row));
      writer.setText(each);
      overlay.setWritten(met, each);
      written = true;
    }
    for (let each = 0; each < STRICT_FIELDS.length; each += 1) {
      const value = textIn(stricts[each], at);
      if (value === '' || !isStricter(STRICT_FIELDS[each] as StrictField, value)) continue;
      writer.setStrict(each);
      written = true;
    }
    if (others.write(at, met, row, time, noteRepeated)) written = true;
    for (let key = 0; written && key < KEY_FIELDS.length; key += 1) {
      if (!writer.hasText(KEY_TEXTS[key] as number) || isHeld(key)) continue;
      const value = keyAt(key, at);
      if (value === keys[key]) setRowKey(met, key);
      else setKey(met, key, value);
    }
    return written;
  }

  function noteRepeated(name: CellName, value: string): void {
    if (value !== '') (repeated ??= new Map()).set(name, value);
  }

  /** Emptied by hand is no blank: what stands there was said, and weak cells stand against nothing that was. */
  const isBlank = (field: TextField, each: number, met: number) =>
    !overlay.isWritten(met, each) && (row < 0 || state.texts[field].stamps[row] === 0);

  /** A row of a contact that has an id already, found by this key. */
  function addNaming(at: number, met: number, key: number): void {
    const [high, low] = [overlay.ids.highs[met] as number, overlay.ids.lows[met] as number];
    const named = { at, key, generation: 0, birth: 0 } as const;
    const isHash = matcher.highs[key] === high && matcher.lows[key] === low;
    const added = isHash ? named : { ...named, id: [high, low] as const };
    if (repeated) writer.addSaid(added, { keyValue: keys[key] as string, cells: repeated });
    repeated = undefined;
    writer.addRow(added);
  }

  /** What the rows before the cut said as it stood is not kept: all of it may be. */
  function setAllRepeated(met: number): void {
    for (let each = 0; each < TEXT_FIELDS.length; each += 1) overlay.setRepeated(met, each);
  }

  /** Puts a known contact into the overlay with the keys that it holds; those that the row has too are hashed already. */
  function meet(known: number, hashed?: readonly string[]): number {
    const met = overlay.add(state.ids.highs[known] as number, state.ids.lows[known] as number, 'known');
    for (let key = 0; key < KEY_FIELDS.length; key += 1) {
      const value = textAt(state, KEY_FIELDS[key] as KeyField, known);
      if (value !== '' && value === hashed?.[key]) setRowKey(met, key);
      else setKey(met, key, value);
    }
    return met;
  }

  function meetAgain(high: number, low: number, birth: 'born' | 'known'): number {
    const met = overlay.ids.find(high, low);
    if (met >= 0) return met;
    const known = state.ids.find(high, low);
    if (birth === 'born') {
      back = known < 0 ? known : rootOf(state, known);
      return bear(high, low);
    }
    return known >= 0 ? meet(known) : overlay.add(high, low, birth);
  }

  function setRowKey(met: number, key: number): void {
    overlay.setKey(met, key, matcher.highs[key] as number, matcher.lows[key] as number);
  }

  function setKey(met: number, key: number, value: string): void {
    if (value === '') return overlay.setKey(met, key, 0, 0);
    ids.hash(key, value, 0);
    overlay.setKey(met, key, ids.high, ids.low);
  }

  /** Where this import makes the contact, every cell is new. */
  function setRowMet(met: number): void {
    const [high, low] = [overlay.ids.highs[met] as number, overlay.ids.lows[met] as number];
    const isBorn = overlay.isBorn(met);
    [row, back] = [isBorn ? -1 : state.ids.find(high, low), isBorn ? rowOfHalves(high, low) : -1];
  }

  /** A key whose contact has moved on, or was erased, begins anew, a generation later. */
  function isTaken(high: number, low: number, key: number, value: string): boolean {
    if (state.erased.has(high, low) || overlay.ids.find(high, low) >= 0) return true;
    const known = rowOfHalves(high, low);
    if (known < 0) return false;
    const { stamps, get } = state.texts[KEY_FIELDS[key] as KeyField];
    const standing = stamps[known] as number;
    const hasLeft = standing !== 0 && get(known) !== value && !state.stamps.isUndone(standing);
    return hasLeft || isListed(state, known);
  }

  /** The contact of an id, whatever it is part of; -1 where there is none. */
  function rowOfHalves(high: number, low: number): number {
    const known = state.ids.find(high, low);
    return known < 0 ? known : rootOf(state, known);
  }

  const isInAll = () => groups.every((group) => state.members.get(group)?.has(row) ?? false);

  const isStricter = (field: StrictField, value: string) =>
    STRICT_WORDS[field].indexOf(value) + 1 > (row < 0 ? 0 : (state.stricts[field].ranks[row] as number));

  return {
    plan(count, sliceColumns, otherCells) {
      texts = joinedOf(TEXT_FIELDS, sliceColumns);
      stricts = joinedOf(STRICT_FIELDS, sliceColumns);
      others.begin(otherCells);
      writer = createRowWriter(count);
      plain.begin(texts, stricts, writer);
      seen = [];
      const outcomes = new Uint8Array(count);
      const suppressed = new Uint8Array(count);
      for (let at = 0; at < count; at += 1) {
        const outcome = planRow(at);
        outcomes[at] = outcome;
        if (outcome <= UNCHANGED && isSuppressed(stricts, at, row, keys)) suppressed[at] = 1;
      }
      const [writes, marks] = [writer.writes(), others.written()];
      return {
        ...{ outcomes, suppressed, seen: Uint32Array.from(seen) },
        ...(writes && { writes: marks ? { ...writes, others: marks } : writes }),
      };
    },

    remember(rows) {
      for (let at = 0; at < rows.count; at += 1) {
        const id = rows.ids.get(at);
        if (id === undefined)
          ids.hash(rows.keys[at] as number, rows.keyValues[at] as string, rows.generations[at] as number);
        const [high, low] = id === undefined ? [ids.high, ids.low] : [highHalf(id), lowHalf(id)];
        const met = meetAgain(high, low, rows.births[at] === 1 ? 'born' : 'known');
        setRowMet(met);
        others.remember(rows, at, met);
        setAllRepeated(met);
        TEXT_FIELDS.forEach((field, each) => {
          const value = rows.cells[field]?.[at];
          if (value === undefined) return;
          overlay.setWritten(met, each);
          const key = KEY_FIELDS.findIndex((keyField) => keyField === field);
          if (key >= 0 && !isHeld(key)) setKey(met, key, value);
        });
      }
    },

    rememberSeen(met) {
      for (let at = 0; at < met.length; at += 2)
        setAllRepeated(meetAgain(met[at] as number, met[at + 1] as number, 'known'));
    },
  };
}
