/**
 * A characteristic: a field of contacts that a workspace made for itself. What is here is its name; the values are cells
 * of the log, `x:<id>`, so that they merge as every other cell does.
 */
import { normaliseName } from './name.ts';
import type { CharacteristicId } from './ids.ts';

export interface Characteristic {
  readonly id: CharacteristicId;
  readonly name: string;
  readonly createdAt: number;
}

export const CHARACTERISTIC_NAME_LENGTH = 60;

export type CharacteristicCell = `x:${string}`;
const PREFIX = 'x:';

export const characteristicCell = (id: CharacteristicId): CharacteristicCell => `${PREFIX}${id}`;
export const isCharacteristicCell = (name: string): name is CharacteristicCell => name.startsWith(PREFIX);
/** Of a cell that `isCharacteristicCell` has let through. */
export const characteristicOf = (cell: string): CharacteristicId => cell.slice(PREFIX.length) as CharacteristicId;

export const sameName = (one: string, other: string): boolean => normaliseName(one) === normaliseName(other);
