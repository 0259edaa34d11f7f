/** What a file is, by its first bytes and never by its name: text, a workbook, address cards, or something that is none. */
import { LARGEST_TEXT_BYTES, LARGEST_WORKBOOK_BYTES } from './limits.ts';
import type { FileProblem } from './types.ts';

export type FileKind =
  { readonly kind: 'text' | 'workbook' | 'cards' } | { readonly kind: 'problem'; readonly problem: FileProblem };

const ZIP = [0x50, 0x4b, 0x03, 0x04];
const COMPOUND = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
/** Files that people drop by mistake: their text-like beginnings would pass for a list. */
const FOREIGN: readonly (readonly number[])[] = [
  [0x25, 0x50, 0x44, 0x46, 0x2d], // PDF
  [0x7b, 0x5c, 0x72, 0x74, 0x66], // RTF
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x1f, 0x8b],
  [0x37, 0x7a, 0xbc, 0xaf],
  [0x52, 0x61, 0x72, 0x21],
  [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65],
  [0x50, 0x4b, 0x05, 0x06], // an archive with nothing in it
];
/** Web pages and XML, which programs save under the name of a workbook. */
const MARKUP = /^[\s\xef\xbb\xbf]*<(?:!doctype|\?xml|html|head|meta|table)/i;
const HEAD_BYTES = 64;
/** The first line of a vCard, after a mark and blank lines; in UTF-16 with a NUL beside each letter. */
const CARD = /^[\s\0\xef\xbb\xbf\xfe\xff]*B\0?E\0?G\0?I\0?N\0?:\0?V\0?C\0?A\0?R\0?D/i;
/** In a compound file the names of streams are UTF-16: [MS-OFFCRYPTO] 2.1.4; [MS-XLS] 2.1.2, before it `Book`. */
const streamName = (name: string): string => Array.from(name, (letter) => `${letter}\0`).join('');
const ENCRYPTED = streamName('EncryptedPackage');
const OLD_BOOKS = [streamName('Workbook\0'), streamName('Book\0')];
const STEP_BYTES = 1024 * 1024;

export async function readFileKind(file: Blob): Promise<FileKind> {
  if (file.size === 0) return problem('empty');
  // Before anything is read: a file of 10 GB costs nothing.
  if (file.size > LARGEST_TEXT_BYTES) return problem('tooLarge');
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (beginsWith(head, ZIP))
    return file.size > LARGEST_WORKBOOK_BYTES ? problem('workbookTooLarge') : { kind: 'workbook' };
  if (beginsWith(head, COMPOUND)) return readCompoundKind(file);
  if (FOREIGN.some((signature) => beginsWith(head, signature))) return problem('binary');
  const text = String.fromCharCode(...head);
  if (MARKUP.test(text)) return problem('unsupported');
  return { kind: CARD.test(text) ? 'cards' : 'text' };
}

/** Documents and mails are compound files too. */
async function readCompoundKind(file: Blob): Promise<FileKind> {
  if (file.size > LARGEST_WORKBOOK_BYTES) return problem('workbookTooLarge');
  let kind: FileKind = problem('unsupported');
  const decoder = new TextDecoder('latin1');
  for (let at = 0; at < file.size; at += STEP_BYTES) {
    const text = decoder.decode(await file.slice(at, at + STEP_BYTES + ENCRYPTED.length).arrayBuffer());
    if (text.includes(ENCRYPTED)) return problem('encryptedWorkbook');
    if (OLD_BOOKS.some((name) => text.includes(name))) kind = { kind: 'workbook' };
  }
  return kind;
}

const beginsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte);
const problem = (which: FileProblem): FileKind => ({ kind: 'problem', problem: which });
