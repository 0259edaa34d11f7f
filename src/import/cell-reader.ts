/** How a cell is read: to its value, or to `PROBLEM` and the problem. No object is made for each cell of a million rows. */
import type { CellProblem } from './types.ts';

export type CellReader = (text: string) => string;
/** No value begins with it, since `cleanText` removes it. */
export const PROBLEM = '\0';
export const problemOf = (problem: CellProblem): string => PROBLEM + problem;
export const isProblem = (value: string): boolean => value.charCodeAt(0) === 0;
