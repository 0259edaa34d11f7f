/**
 * Which cells may be for a line or a channel, or an address besides phone and email, by their names alone: asked of every
 * cell that is shown or planned, by who need know no more of them (`scope.ts`).
 */
const PLAIN = /^(?:dingtalkcc|wechatwk(?:Linkedcorp)?)$/;
const TAG = 'tag:';

export const isScopedCell = (cell: string): boolean => cell.includes('@') || PLAIN.test(cell);

export type LineTagCell = `tag:${string}@${string}`;
/** A tag for a business line. */
export const isLineTagCell = (cell: string): cell is LineTagCell => cell.startsWith(TAG);
