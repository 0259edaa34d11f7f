/**
 * Entries that the fold has counted, by a small number each: a cell remembers in four bytes which entry it is from.
 * The order of two stamps is the order of their entries, the same on every device, whatever came first here.
 */
import type { ChannelType } from '#domain/channel';
import type { DeviceId, EntryId, ImportId } from '#domain/ids';
import type { CellWeight, CommitBody, Entry, LogTime } from './types.ts';

/** Where an entry stands in the order of all. */
export type Place = Pick<Entry, 'time' | 'device' | 'id'>;

/** The order of all entries, the same everywhere: by time, then device, then id. */
export function compareEntries(one: Place, other: Place): number {
  if (one.time !== other.time) return one.time - other.time;
  if (one.device !== other.device) return one.device < other.device ? -1 : 1;
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}

/** Index of a counted entry, from 1; 0 stands for none. */
export type Stamp = number;

export interface StampSaying {
  readonly weight?: CellWeight;
  readonly channelType?: ChannelType;
  /** Of a commit that was undone: what it says stands only where nothing else does. */
  readonly undone?: boolean;
}

/** All stamps from 1 on, in parallel columns: what a device's snapshot keeps of them. */
export interface SavedStamps {
  readonly ids: readonly EntryId[];
  readonly devices: readonly DeviceId[];
  readonly times: readonly LogTime[];
  readonly weak: readonly boolean[];
  readonly undone: readonly boolean[];
  readonly imports: readonly (ImportId | null)[];
  readonly channelTypes: readonly (ChannelType | null)[];
}

export interface Stamps {
  readonly add: (entry: Entry, say: StampSaying) => Stamp;
  readonly timeOf: (stamp: Stamp) => LogTime;
  readonly channelTypeOf: (stamp: Stamp) => ChannelType | undefined;
  /** The last one in the order of entries; 0 where there is none. */
  readonly latest: () => Stamp;
  readonly entryOf: (stamp: Stamp) => EntryId | undefined;
  /** The first of an entry, by which it says its words; 0 where it was not counted. */
  readonly stampOf: (entry: EntryId) => Stamp;
  /** In the order of entries, what it is compared by. */
  readonly placeOf: (stamp: Stamp) => Place | undefined;
  readonly count: number;
  /** The last ones go: nothing says them any more. `latest`: what it was while there were so many. */
  readonly cut: (count: number, latest: Stamp) => void;
  readonly isUndone: (stamp: Stamp) => boolean;
  /** Of a commit that was an import. */
  readonly importOf: (stamp: Stamp) => ImportId | undefined;
  /** In the order of entries; two are never equal. */
  readonly isLater: (one: Stamp, other: Stamp) => boolean;
  /**
   * Whether a cell of `one` stands against a cell of `other`. Of the same entry, the row further down its blocks is
   * asked last: it stands in a strong commit, the first one in a weak commit.
   */
  readonly wins: (one: Stamp, other: Stamp) => boolean;
  readonly save: () => SavedStamps;
  /** Into one that is empty: each stamp means again what it meant. */
  readonly restore: (saved: SavedStamps) => void;
}

export function createStamps(): Stamps {
  const times: LogTime[] = [0];
  const ids: (EntryId | undefined)[] = [undefined];
  const devices: (DeviceId | undefined)[] = [undefined];
  const imports: (ImportId | undefined)[] = [undefined];
  const weak: boolean[] = [true];
  const undone: boolean[] = [false];
  const channelTypes: (ChannelType | undefined)[] = [undefined];

  let latest: Stamp = 0;
  /** Made at the first question: most logs never ask. */
  let byEntry: Map<EntryId, Stamp> | undefined;

  const timeOf = (stamp: Stamp) => times[stamp] ?? 0;

  /** As `compareEntries`, without an object a stamp: asked of every cell. */
  const isLater = (one: Stamp, other: Stamp) => {
    if (one === 0 || other === 0) return one !== 0;
    const difference = (times[one] ?? 0) - (times[other] ?? 0);
    if (difference !== 0) return difference > 0;
    const [device, otherDevice] = [devices[one] ?? '', devices[other] ?? ''];
    return device === otherDevice ? (ids[one] ?? '') > (ids[other] ?? '') : device > otherDevice;
  };

  function push(id: EntryId, device: DeviceId, time: LogTime): Stamp {
    const stamp = times.push(time) - 1;
    ids.push(id);
    devices.push(device);
    if (isLater(stamp, latest)) latest = stamp;
    if (byEntry && !byEntry.has(id)) byEntry.set(id, stamp);
    return stamp;
  }

  return {
    add(entry, say) {
      imports.push((entry.body as Partial<CommitBody>).importId);
      weak.push(say.weight === 'weak');
      undone.push(say.undone === true);
      channelTypes.push(say.channelType);
      return push(entry.id, entry.device, entry.time);
    },
    timeOf,
    latest: () => latest,
    entryOf: (stamp) => ids[stamp],
    stampOf(entry) {
      if (!byEntry) {
        byEntry = new Map();
        for (let stamp = ids.length - 1; stamp > 0; stamp -= 1) byEntry.set(ids[stamp] as EntryId, stamp);
      }
      return byEntry.get(entry) ?? 0;
    },
    placeOf(stamp) {
      const [id, device] = [ids[stamp], devices[stamp]];
      return id === undefined || device === undefined ? undefined : { id, device, time: timeOf(stamp) };
    },
    get count() {
      return ids.length - 1;
    },
    cut(count, before) {
      for (let stamp = ids.length - 1; stamp > count; stamp -= 1)
        if (byEntry?.get(ids[stamp] as EntryId) === stamp) byEntry.delete(ids[stamp] as EntryId);
      for (const column of [times, ids, devices, imports, weak, undone, channelTypes]) column.length = count + 1;
      latest = before;
    },
    isUndone: (stamp) => undone[stamp] === true,
    channelTypeOf: (stamp) => channelTypes[stamp],
    importOf: (stamp) => imports[stamp],
    isLater,
    wins(one, other) {
      if (other === 0) return true;
      if (one === other) return !weak[one];
      if (undone[one] !== undone[other]) return !undone[one];
      if (weak[one] !== weak[other]) return !weak[one];
      return weak[one] ? isLater(other, one) : isLater(one, other);
    },
    save: () => ({
      ids: ids.slice(1) as EntryId[],
      devices: devices.slice(1) as DeviceId[],
      times: times.slice(1),
      weak: weak.slice(1),
      undone: undone.slice(1),
      imports: imports.slice(1).map((id) => id ?? null),
      channelTypes: channelTypes.slice(1).map((type) => type ?? null),
    }),
    restore(saved) {
      saved.ids.forEach((id, at) => {
        push(id, saved.devices[at] as DeviceId, saved.times[at] as LogTime);
        imports.push(saved.imports[at] ?? undefined);
        weak.push(saved.weak[at] === true);
        undone.push(saved.undone[at] === true);
        channelTypes.push(saved.channelTypes[at] ?? undefined);
      });
    },
  };
}
