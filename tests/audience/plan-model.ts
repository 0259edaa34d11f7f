/**
 * An import the naive way, from the words of CON-4 and IMP-6: a list of people, looked through from the start for every
 * row. Shares nothing with `src/audience/plan.ts`.
 */
import { BLOCKED, CONSENTS, KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { PLAN_OUTCOMES, PlanOptions } from '#audience/plan';

/** Two characteristics, two tags, and what is for a business line. */
export const MORE_CELLS = ['x:city', 'x:points', 't:vip', 't:press', 'phone@shop', 'tag:vip@shop'] as const;
export type FileCell = Field | (typeof MORE_CELLS)[number];
export type FileRow = { readonly [Name in FileCell]?: string };
export type Outcome = (typeof PLAN_OUTCOMES)[number];

export interface Person {
  readonly cells: { [Name in FileCell]?: string };
  readonly groups: Set<string>;
  /** Index of the import that met it last. */
  met: number;
}

/** Two people are one where the strongest key that both have agrees; answers that key. */
function agreement(person: Person, row: FileRow): number {
  const shared = KEY_FIELDS.findIndex((field) => (person.cells[field] ?? '') !== '' && (row[field] ?? '') !== '');
  const field = KEY_FIELDS[shared];
  return field && person.cells[field] === row[field] ? shared : -1;
}

function strictness(field: FileCell, value: string | undefined): number {
  const words: readonly string[] = field === 'blocked' ? BLOCKED : CONSENTS;
  return value === undefined ? -1 : words.indexOf(value);
}

const isStrict = (field: FileCell) => STRICT_FIELDS.some((strict) => strict === field);

/** Cells of the row that would change the person. */
function differences(person: Person, row: FileRow, conflicts: PlanOptions['conflicts']): FileCell[] {
  return ([...TEXT_FIELDS, ...STRICT_FIELDS, ...MORE_CELLS] as const).filter((field) => {
    const value = row[field];
    if (value === undefined || value === '') return false;
    if (isStrict(field)) return strictness(field, value) > strictness(field, person.cells[field]);
    // A tag is there or not, however it is spelled.
    if (conflicts === 'fillBlanks' || field.startsWith('t:') || field.startsWith('tag:'))
      return (person.cells[field] ?? '') === '';
    return (person.cells[field] ?? '') !== value;
  });
}

/** Changes the people; answers the outcome of each row and which are suppressed. */
export function importNaively(people: Person[], rows: readonly FileRow[], options: PlanOptions, run: number) {
  return rows.map((row): { outcome: Outcome; suppressed: boolean } => {
    const take = (person: Person) => {
      for (const field of differences(person, row, options.conflicts)) person.cells[field] = row[field] as string;
    };
    const settle = (person: Person, outcome: Outcome) => {
      const refuses = STRICT_FIELDS.some((field) => person.cells[field] === 'refused' || person.cells[field] === 'yes');
      return { outcome, suppressed: refuses && ['new', 'changed', 'unchanged'].includes(outcome) };
    };
    const nothing = (outcome: Outcome) => ({ outcome, suppressed: false });

    if (KEY_FIELDS.every((field) => (row[field] ?? '') === '')) return nothing('error');
    const fits = people
      .map((person) => ({ person, key: agreement(person, row) }))
      .filter(({ key }) => key >= 0)
      .sort((one, other) => one.key - other.key);
    const [best, ...others] = fits;
    if (!best) {
      if (options.existing === 'existingOnly') return nothing('ignored');
      const person: Person = { cells: {}, groups: new Set(options.groups), met: run };
      take(person);
      people.push(person);
      return settle(person, 'new');
    }
    const holdsToo = (key: number) => {
      const field = KEY_FIELDS[key] as (typeof KEY_FIELDS)[number];
      return key !== best.key && best.person.cells[field] === row[field];
    };
    if (others.some(({ key }) => !holdsToo(key))) return nothing('error');

    const { person } = best;
    if (person.met === run) {
      if (options.conflicts !== 'ignore') take(person);
      return nothing('twice');
    }
    person.met = run;
    for (const group of options.groups) person.groups.add(group);
    if (options.conflicts === 'ignore') return nothing('ignored');
    const changed = differences(person, row, options.conflicts).length > 0;
    take(person);
    return settle(person, changed ? 'changed' : 'unchanged');
  });
}
