/** How much a file may be (IMP-8), and how much of it is held at a time. Handed in where a test needs smaller ones. */

const MB = 1024 * 1024;

export interface TextLimits {
  /**
   * Bytes read at a time. 4,000 rows of the 80 bytes that a row of a usual list has are 320 kB; a little more spares a
   * second look, much more would be decoded twice.
   */
  readonly windowBytes: number;
  /** A row that has not ended after so many bytes is damaged: half of it is the longest quoted value. */
  readonly longestRowBytes: number;
  /** Rows of a slice, which becomes one block of the log. */
  readonly mostRows: number;
}

export const TEXT_LIMITS: TextLimits = { windowBytes: (3 * MB) / 8, longestRowBytes: 2 * MB, mostRows: 4_000 };

export interface CardLimits {
  readonly windowBytes: number;
  /** With a picture in it. Above, a card is damaged. */
  readonly longestCardBytes: number;
  /** Cards of a slice, which becomes one block of the log. */
  readonly mostCards: number;
}

/** Cards without pictures have 150 to 250 bytes. A telephone's picture in full size has some 5 MB, in base64 7. */
export const CARD_LIMITS: CardLimits = { windowBytes: (3 * MB) / 4, longestCardBytes: 12 * MB, mostCards: 4_000 };

export const LARGEST_TEXT_BYTES = 300 * MB;
export const LARGEST_WORKBOOK_BYTES = 50 * MB;
export const MOST_WORKBOOK_ROWS = 300_000;
/** Of a format in which one cell can say that it stands for many; 300,000 rows of 60 columns. */
export const MOST_WORKBOOK_CELLS = 18_000_000;
/** Columns beyond are ignored. The widest known exports of customer systems have a few hundred. */
export const MOST_COLUMNS = 1_024;
export const LONGEST_CELL = 2_000;
/** Different ones in a file. A list of thousands is no list of tags but another column, taken for it. */
export const MOST_TAGS = 200;
/** Different ones that rows of a file say, business lines and channels. */
export const MOST_SCOPES = 50;
/** That the columns of one file name: each is an entry of its own beside the import. */
export const MOST_GROUPS = 200;
/** That one import makes. The rest of a wider file is ignored unless somebody chooses. */
export const MOST_NEW_CHARACTERISTICS = 100;

export interface ZipLimits {
  readonly entries: number;
  /** Of the list of entries at the end of the archive. */
  readonly directoryBytes: number;
  readonly partBytes: number;
  readonly totalBytes: number;
  /** Inflated to deflated, looked at only above `ratioFromBytes`: small parts of sound workbooks shrink a lot. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
}

/**
 * 300,000 rows of 8 columns are 110 MB of sheet, where each cell is written out 170 MB; sound sheets shrink 10 to 40
 * times, deflate itself could 1,032 times.
 */
export const ZIP_LIMITS: ZipLimits = {
  entries: 2_000,
  directoryBytes: MB,
  partBytes: 256 * MB,
  totalBytes: 320 * MB,
  ratio: 200,
  ratioFromBytes: MB,
};
