/** What columns become: characteristics that are there, new ones with names of their own, and what may not be twice. */
import { describe, expect, test } from 'vitest';
import { characteristicCell, type Characteristic } from '#domain/characteristic';
import { MOST_NEW_CHARACTERISTICS } from '#import/limits';
import {
  kindOfField,
  namesOfNew,
  problemsOfMatch,
  scopeOfField,
  withKnown,
  type ChosenField,
} from '#routes/import/match';
import { ids } from '../builders/entries.ts';

const made = (name: string): Characteristic => ({ id: ids.characteristicId(name, 0), name, createdAt: 0 });
const CITY = made('City');
const cell = characteristicCell(CITY.id);

describe('columns that become characteristics', () => {
  test('[IMP-4] one of the column’s name that is there is taken, whatever its spelling, and by one column', () => {
    const fields: ChosenField[] = ['phone', 'new', 'new', 'new'];
    const names = ['Phone', ' ＣＩＴＹ', 'City', 'Points'];
    expect(withKnown(fields, names, [CITY])).toEqual(['phone', cell, 'new', 'new']);
    expect(withKnown(['phone', cell, 'new'], ['Phone', 'Town', 'City'], [CITY])).toEqual(['phone', cell, 'new']);
  });

  test('[IMP-4] new ones have names of their own, also where headings are alike, long or missing', () => {
    const long = 'x'.repeat(80);
    const names = ['City', 'City', 'city', 'City 2', long, `${long}!`, ''];
    const named = namesOfNew([cell, 'new', 'new', 'new', 'new', 'new', 'new'], names, [CITY]);
    expect([...named.values()]).toEqual([
      ...['City 2', 'city 3', 'City 2 2'],
      ...['x'.repeat(60), `${'x'.repeat(58)} 2`],
      expect.stringContaining('G'),
    ]);
  });

  test('[IMP-10] tags may stand in several columns, a characteristic in one; too many new ones are said', () => {
    expect(problemsOfMatch(['phone', 'tags', 'tags', 'new', 'new', 'ignore', 'ignore', cell])).toBeUndefined();
    expect(problemsOfMatch(['phone', cell, cell])).toEqual({ kind: 'twice', field: cell });
    const many = Array.from({ length: MOST_NEW_CHARACTERISTICS + 1 }, (): ChosenField => 'new');
    expect(problemsOfMatch(['phone', ...many])).toEqual({ kind: 'tooManyNew' });
    expect(problemsOfMatch(many)).toEqual({ kind: 'keyNeeded' });
  });
});

describe('columns for a line or a channel', () => {
  test('[IMP-4] say which one; beside a bind_id column what is a channel’s alone need not', () => {
    expect(problemsOfMatch(['phone', 'phone@shop', 'app@app1', 'wechatwk', 'tag@shop', 'tag@shop'])).toBeUndefined();
    for (const open of ['phone@', 'app@', 'app@my app', 'tag@all'] as const)
      expect(problemsOfMatch(['phone', open])).toEqual({ kind: 'scope', field: open });
    expect(problemsOfMatch(['userId', 'bindId', 'app@'])).toBeUndefined();
    expect(problemsOfMatch(['userId', 'bindId', 'phone@'])).toEqual({ kind: 'scope', field: 'phone@' });
    expect(problemsOfMatch(['phone', 'app@app1', 'app@app1'])).toEqual({ kind: 'twice', field: 'app@app1' });
    expect(problemsOfMatch(['phone@shop', 'app@app1'])).toEqual({ kind: 'keyNeeded' });
  });

  test('[IMP-4] are chosen by what they are, whichever scope', () => {
    const fields: ChosenField[] = ['phone@shop', 'app@', 'wechatwk', 'phone', cell];
    expect(fields.map(kindOfField)).toEqual(['phone@', 'app@', 'wechatwk', 'phone', cell]);
    expect(fields.map(scopeOfField)).toEqual(['shop', '', '', '', '']);
  });
});
