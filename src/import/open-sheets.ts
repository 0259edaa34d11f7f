/**
 * A workbook of whichever format, told by what is in it: XLSX, XLS, or OpenDocument. What all three have in common is
 * in `sheets.ts`; how each is read is in a file of its own, which is loaded when such a file comes.
 */
import { ZIP_LIMITS } from './limits.ts';
import type { Sheets } from './sheets.ts';
import type { FileProblem } from './types.ts';
import { readZipDirectory } from './zip.ts';

const ZIP_BYTE = 0x50;
const CONTENT = 'content.xml';
const BOOK = 'xl/workbook.xml';

/** A file that `readFileKind` takes for a workbook. */
export async function openSheets(file: Blob): Promise<Sheets | FileProblem> {
  const [first] = new Uint8Array(await file.slice(0, 1).arrayBuffer());
  if (first !== ZIP_BYTE) return (await import('./old-workbook.ts')).openOldWorkbook(file);
  const directory = await readZipDirectory(file);
  if (directory.kind !== 'parts') return directory.kind === 'bomb' ? 'zipBomb' : 'brokenWorkbook';
  if (directory.parts.has(CONTENT) && !directory.parts.has(BOOK))
    return (await import('./open-document.ts')).openDocument(file, directory.parts, ZIP_LIMITS);
  return (await import('./sheet-rows.ts')).openExcelSheets(file);
}
