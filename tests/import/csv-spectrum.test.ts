/** The cases of csv-spectrum: what each file holds is told beside it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fixture, previewOf, rawRows } from './read-file.ts';

const FOLDER = new URL('../fixtures/import/csv-spectrum/', import.meta.url);
const NAMES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.csv'))
  .map((name) => name.slice(0, -4));

type Row = Readonly<Record<string, string>>;

describe('csv-spectrum', () => {
  it('[IMP-1] has its twelve cases', () => {
    expect(NAMES).toHaveLength(12);
  });

  it.each(NAMES)('[IMP-1] %s', async (name) => {
    const file = fixture(`csv-spectrum/${name}.csv`);
    const { reading } = await previewOf(file);
    expect(reading).toMatchObject({ delimiter: ',', encoding: 'utf-8' });
    // Some are rows of numbers under letters; that they have headings is told.
    const { header, rows } = await rawRows(file, { ...reading, header: 1 });
    const told = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Row | Row[];
    // Line ends within a value are `\n` here, whatever the file has.
    const wanted = [told].flat().map((row) => header.map((heading) => row[heading]?.replaceAll('\r\n', '\n')));
    expect(rows).toEqual(wanted);
  });
});
