/** The language of files that are written: which kinds there are, what stands in them, how contacts are handed over. */
import type { Characteristic } from '#domain/characteristic';
import type { Contact, Field } from '#domain/contact';
import type { GroupId } from '#domain/ids';
import type { Scoped } from '#domain/scope';

export const EXPORT_FORMATS = ['csv', 'xlsx', 'vcf'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export type ExportLanguage = 'en' | 'zh-CN';

export type ExportColumn =
  'id' | Field | 'groups' | 'tags' | 'channel' | 'createdAt' | 'changedAt' | 'firstContactAt' | 'lastContactAt';

export interface ExportOptions {
  readonly language: ExportLanguage;
  /**
   * In sheets, those of the table alone, by their ids there and in their order, after the ID column; what has no column
   * in a sheet is passed over. Absent: all that the import reads back, and more.
   */
  readonly columns?: readonly string[];
  /** A column each, after those of every file. */
  readonly scoped: readonly Scoped[];
  /** A column each, by their names, after all others. */
  readonly characteristics: readonly Pick<Characteristic, 'id' | 'name'>[];
  /** Absent for groups that have no name: the default one. */
  readonly groupName: (group: GroupId) => string | undefined;
  /** A moment, milliseconds since 1970, as a spreadsheet reads it. */
  readonly momentText: (ms: number) => string;
}

/** Contacts go in as they come, bytes come out as they are made. */
export interface ContactWriter {
  readonly add: (contacts: readonly Contact[]) => void;
  readonly end: () => void;
}
export type Write = (bytes: Uint8Array<ArrayBuffer>) => void;
