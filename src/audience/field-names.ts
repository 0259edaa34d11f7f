/** Which names of cells are fields with a column of their own. */
import { STRICT_FIELDS, TEXT_FIELDS, type Field, type TextField } from '#domain/contact';

const TEXTS: ReadonlySet<string> = new Set(TEXT_FIELDS);
const FIELDS: ReadonlySet<string> = new Set([...TEXT_FIELDS, ...STRICT_FIELDS]);

export const isTextName = (name: string): name is TextField => TEXTS.has(name);
export const isFieldName = (name: string): name is Field => FIELDS.has(name);
