/**
 * Entries that the fold has counted, by a small number each: a cell remembers in four bytes which entry it is from.
 * The order of two stamps is the order of their entries, the same on every device, whatever came first here.
 */
import type { ChannelType } from '#domain/channel';
import type { ImportId } from '#domain/ids';
import type { CellWeight, CommitBody, Entry, LogTime } from './types.ts';

/** Index of a counted entry, from 1; 0 stands for none. */
export type Stamp = number;

export interface Stamps {
  readonly add: (entry: Entry, weight: CellWeight, channelType?: ChannelType) => Stamp;
  readonly timeOf: (stamp: Stamp) => LogTime;
  readonly channelTypeOf: (stamp: Stamp) => ChannelType | undefined;
  /** Of a commit that was an import. */
  readonly importOf: (stamp: Stamp) => ImportId | undefined;
  /** By time, then device, then entry: two entries are never equal. */
  readonly isLater: (one: Stamp, other: Stamp) => boolean;
  /**
   * Whether a cell of `one` stands against a cell of `other`. Of the same entry, the row further down its blocks is
   * asked last: it stands in a strong commit, the first one in a weak commit.
   */
  readonly wins: (one: Stamp, other: Stamp) => boolean;
}

export function createStamps(): Stamps {
  const times: LogTime[] = [0];
  const entries: (Pick<Entry, 'id' | 'device'> | undefined)[] = [undefined];
  const imports: (ImportId | undefined)[] = [undefined];
  const weak: boolean[] = [true];
  const channelTypes: (ChannelType | undefined)[] = [undefined];

  const timeOf = (stamp: Stamp) => times[stamp] ?? 0;
  const isLater = (one: Stamp, other: Stamp) => {
    const difference = timeOf(one) - timeOf(other);
    if (difference !== 0) return difference > 0;
    const [entry, otherEntry] = [entries[one], entries[other]];
    if (!entry || !otherEntry) return entry !== undefined;
    return entry.device === otherEntry.device ? entry.id > otherEntry.id : entry.device > otherEntry.device;
  };

  return {
    add(entry, weight, channelType) {
      times.push(entry.time);
      // Without its body: a commit's list of blocks is of no use here.
      entries.push({ id: entry.id, device: entry.device });
      imports.push((entry.body as Partial<CommitBody>).importId);
      weak.push(weight === 'weak');
      channelTypes.push(channelType);
      return times.length - 1;
    },
    timeOf,
    channelTypeOf: (stamp) => channelTypes[stamp],
    importOf: (stamp) => imports[stamp],
    isLater,
    wins(one, other) {
      if (other === 0) return true;
      if (one === other) return !weak[one];
      if (weak[one] !== weak[other]) return !weak[one];
      return weak[one] ? isLater(other, one) : isLater(one, other);
    },
  };
}
