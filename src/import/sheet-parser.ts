/** The parts of SheetJS that are used, two of which its types leave out; what is not named here is not shipped. */
import { CFB, SSF, parse_xlscfb, parse_zip, type ParsingOptions, type WorkBook } from 'xlsx';

declare module 'xlsx' {
  /** Reads an archive that `CFB` holds; what `read` does once it has unpacked a file. */
  export function parse_zip(archive: object, options: object): WorkBook;
  /** Reads what stands in the streams of a compound file. */
  export function parse_xlscfb(compound: object, options: object): WorkBook;
}

/** A workbook of Excel 5 to 2003; throws on whatever it trips over. */
export function parseCompound(bytes: Uint8Array, options: ParsingOptions): WorkBook {
  return parse_xlscfb((CFB as CompoundFiles).read(bytes, { type: 'buffer' }), options);
}

interface CompoundFiles {
  readonly read: (bytes: Uint8Array, options: { readonly type: 'buffer' }) => object;
}

export interface Archive {
  readonly add: (path: string, content: Uint8Array) => void;
  readonly parse: (options: ParsingOptions) => WorkBook;
}
export function createArchive(): Archive {
  const utils = (CFB as { readonly utils: CfbUtils }).utils;
  const archive = utils.cfb_new({ fileType: 'zip' });
  return {
    add: (path, content) => {
      utils.cfb_add(archive, path, content);
    },
    parse: (options) => parse_zip(archive, options),
  };
}

interface CfbUtils {
  readonly cfb_new: (options: { readonly fileType: 'zip' }) => object;
  readonly cfb_add: (archive: object, path: string, content: Uint8Array) => void;
}

export const isDateFormat = (format: string): boolean => (SSF as Formats).is_date(format);
export const formatNumber = (format: string, value: number): string => (SSF as Formats).format(format, value);

interface Formats {
  readonly is_date: (format: string) => boolean;
  readonly format: (format: string, value: number) => string;
}
