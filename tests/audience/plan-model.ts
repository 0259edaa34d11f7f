/**
 * An import the naive way, from the words of CON-4 and IMP-6: a list of people, looked through from the start for every
 * row. Shares nothing with `src/audience/plan.ts`.
 */
import { BLOCKED, CONSENTS, KEY_FIELDS, STRICT_FIELDS, TEXT_FIELDS, type Field } from '#domain/contact';
import type { PLAN_OUTCOMES, PlanOptions } from '#audience/plan';

export type FileRow = { readonly [F in Field]?: string };
export type Outcome = (typeof PLAN_OUTCOMES)[number];

export interface Person {
  readonly cells: { [F in Field]?: string };
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

function strictness(field: Field, value: string | undefined): number {
  const words: readonly string[] = field === 'blocked' ? BLOCKED : CONSENTS;
  return value === undefined ? -1 : words.indexOf(value);
}

const isStrict = (field: Field) => STRICT_FIELDS.some((strict) => strict === field);

/** Cells of the row that would change the person. */
function differences(person: Person, row: FileRow, conflicts: PlanOptions['conflicts']): Field[] {
  return ([...TEXT_FIELDS, ...STRICT_FIELDS] as const).filter((field) => {
    const value = row[field];
    if (value === undefined || value === '') return false;
    if (isStrict(field)) return strictness(field, value) > strictness(field, person.cells[field]);
    if (conflicts === 'fillBlanks') return (person.cells[field] ?? '') === '';
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
