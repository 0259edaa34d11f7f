import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { STRICT_FIELDS, TEXT_FIELDS } from '#domain/contact';
import type { TagId } from '#domain/ids';
import {
  CHANNEL_FIELDS,
  formatScoped,
  isScopeCode,
  joinIds,
  LINE_FIELDS,
  lineTagCell,
  parseScoped,
  PLAIN_FIELDS,
  scopedOfCell,
  scopedTexts,
  splitIds,
  type Scoped,
} from '#domain/scope';
import { isScopedCell } from '#domain/scoped-cell';
import { tagCell } from '#domain/tag';
import { isCellName } from '#log/entry';

const CHARACTERS = [...'ABCXYZabcxyz0189_-'];
const code = fc
  .array(fc.constantFrom(...CHARACTERS), { minLength: 1, maxLength: 64 })
  .map((characters) => characters.join(''))
  .filter(isScopeCode);
const scoped: fc.Arbitrary<Scoped> = fc.oneof(
  fc.record({ field: fc.constantFrom(...LINE_FIELDS, ...CHANNEL_FIELDS), scope: code }),
  fc.record({ field: fc.constantFrom(...PLAIN_FIELDS), scope: fc.constant('') }),
);
const TAG = '0f00000000000001' as TagId;

describe('a field for a scope', () => {
  test('[CON-11] its name says it, is a name that the log takes, and no other field is taken for it', () => {
    fc.assert(
      fc.property(scoped, (one) => {
        const name = formatScoped(one);
        expect(parseScoped(name)).toEqual(one);
        expect(isCellName(name)).toBe(true);
        expect(isScopedCell(name)).toBe(true);
        expect(scopedOfCell(one.field === 'tag' ? lineTagCell(TAG, one.scope) : name)).toEqual(one);
      }),
    );
    for (const other of [...TEXT_FIELDS, ...STRICT_FIELDS, 'deleted', tagCell(TAG), `x:${TAG}`]) {
      expect(parseScoped(other)).toBeUndefined();
      expect(isScopedCell(other)).toBe(false);
    }
    expect(isCellName(lineTagCell(TAG, 'x'.repeat(64)))).toBe(true);
  });

  test.each(['phone@', 'phone@all', 'email@ALL', 'phone@a b', 'phone@a@b', 'app', 'name@line', 'wechatwk@line'])(
    '[CON-11] %s is none',
    (name) => {
      expect(parseScoped(name)).toBeUndefined();
    },
  );

  test('[CON-11] tags of one line are read as one text, the rest as it stands, cells of newer versions not at all', () => {
    const cells = {
      wechatwk: 'wk-1',
      'phone@shop': '+420777123456',
      [lineTagCell(TAG, 'shop')]: 'VIP',
      [lineTagCell('0f00000000000002' as TagId, 'shop')]: 'press',
      'email@shop': '',
      'fax@shop': '1',
    };
    expect(scopedTexts(cells)).toEqual([
      { field: 'phone', scope: 'shop', text: '+420777123456' },
      { field: 'tag', scope: 'shop', text: 'VIP, press' },
      { field: 'wechatwk', scope: '', text: 'wk-1' },
    ]);
  });

  test('[CON-11] registration IDs come back as they were joined', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9:_-]{1,20}$/);
    fc.assert(
      fc.property(fc.uniqueArray(id), (ids) => {
        expect(splitIds(joinIds(ids))).toEqual(ids);
      }),
    );
  });
});
