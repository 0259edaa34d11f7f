/**
 * IDs by which a channel reaches somebody (registration ID, openid, DingTalk ID …), as they are kept. Only the channel
 * knows whether there is such a person; here they are cleaned, and told from what cannot be one.
 */
import { splitIds, joinIds, type ScopedField } from '#domain/scope';
import { cleanText, isPlaceholder, toPlainForms } from './clean-text.ts';
import { LONGEST_CELL } from './limits.ts';

/** Firebase's registration tokens have some 160 characters, the longest of the kind. */
const LONGEST_ID = 500;
/** Alipay's have sixteen digits, of which a spreadsheet keeps fifteen. */
const ROUNDED = /^\d(?:[.,]\d+)?e\+\d{1,2}$/i;

/** Empty where it says nothing; undefined where it is no ID. */
export function readAddressId(field: ScopedField, raw: string): string | undefined {
  if (raw.length > LONGEST_CELL) return undefined;
  const text = toPlainForms(cleanText(raw));
  if (text === '' || isPlaceholder(text)) return '';
  const ids = field === 'app' ? splitIds(text) : [text];
  const isWrong = (id: string) => id.length > LONGEST_ID || id.includes(' ') || ROUNDED.test(id);
  return ids.some(isWrong) ? undefined : joinIds(ids);
}
