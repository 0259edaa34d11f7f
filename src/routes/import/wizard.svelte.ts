/**
 * What the first four steps of the wizard know: the file, how it is read, what its columns become, and the answers.
 * It asks the app and holds the answers; it decides nothing about rows. The check itself is in `run.svelte.ts`.
 */
import type { Characteristics, Imports } from '#app/types';
import type { Characteristic } from '#domain/characteristic';
import type { SmsType } from '#domain/contact';
import type { ColumnMatch, ConflictRule, FilePreview, FileProblem, ImportSettings, Reading } from '#import/types';
import type { PickedGroups } from '../contacts/picked-groups.ts';
import { problemsOfMatch, withKnown, type ChosenField, type MatchProblem } from './match.ts';

export const STEPS = ['file', 'read', 'match', 'check', 'import'] as const;
export type Step = (typeof STEPS)[number];

/** The questions of the check; undefined where they are not answered yet. */
export interface Answers {
  readonly groups: PickedGroups;
  readonly country: string;
  readonly conflicts: ConflictRule;
  readonly smsType: SmsType | undefined;
  readonly consent: ImportSettings['consent'] | undefined;
  readonly existing: ImportSettings['existing'];
  /** They go on from file to file. */
  readonly meanings: ImportSettings['meanings'];
}

export interface Wizard {
  /** Reactive, as all here. */
  step: Step;
  readonly file: File | undefined;
  /** Why the file cannot be read as it is told now. */
  readonly problem: FileProblem | 'unreadable' | undefined;
  readonly reading: Reading | undefined;
  /** How the file was read before anybody overruled it. */
  readonly detected: Reading | undefined;
  readonly preview: FilePreview | undefined;
  readonly busy: 'idle' | 'reading';
  readonly columns: readonly ColumnMatch[];
  readonly fields: readonly ChosenField[];
  readonly characteristics: readonly Characteristic[];
  readonly isByHand: (column: number) => boolean;
  readonly matchProblem: MatchProblem | undefined;
  readonly hasPhones: boolean;
  readonly answers: Answers;
  readonly answer: (answer: Partial<Answers>) => void;
  /** Goes on to Read where the file can be read. */
  readonly take: (file: File) => Promise<void>;
  /** The next of several: with the same headings it is ready to be checked, by the answers given before. */
  readonly takeNext: (file: File) => Promise<void>;
  readonly readAs: (change: Partial<Reading>) => Promise<void>;
  readonly match: (column: number, field: ChosenField) => void;
  readonly startOver: () => void;
}

export function createWizard(
  imports: Pick<Imports, 'preview'>,
  characteristics: Pick<Characteristics, 'list'>,
  first: Pick<Answers, 'country' | 'groups'>,
): Wizard {
  let step = $state<Step>('file');
  let file = $state.raw<File | undefined>(undefined);
  let problem = $state<FileProblem | 'unreadable' | undefined>(undefined);
  let reading = $state.raw<Reading | undefined>(undefined);
  let detected = $state.raw<Reading | undefined>(undefined);
  let preview = $state.raw<FilePreview | undefined>(undefined);
  let busy = $state<'idle' | 'reading'>('idle');
  let chosen = $state.raw<readonly ChosenField[]>([]);
  const names = $derived(preview?.columns.map(({ name }) => name) ?? []);
  // Those that are there may be read later than the file.
  const fields = $derived(withKnown(chosen, names, characteristics.list));
  let byHand = $state.raw<readonly number[]>([]);
  let answers = $state.raw<Answers>({
    ...first,
    conflicts: 'fillBlanks',
    smsType: undefined,
    consent: undefined,
    existing: 'all',
    meanings: undefined,
  });
  // Only the latest question counts: a choice may change while an answer is under way.
  let asked = 0;

  async function read(source: File, as: Reading | undefined): Promise<'read' | 'problem' | 'overtaken'> {
    const mine = ++asked;
    busy = 'reading';
    const result = await imports.preview(source, as).catch(() => undefined);
    if (mine !== asked) return 'overtaken';
    busy = 'idle';
    if (result?.kind !== 'preview') {
      problem = result?.problem ?? 'unreadable';
      return 'problem';
    }
    problem = undefined;
    const sameColumns =
      columnNames(preview) === columnNames(result.preview) && preview?.reading.header === result.preview.reading.header;
    preview = result.preview;
    reading = result.preview.reading;
    // Choices by hand stay as long as they still speak of the same columns.
    if (!sameColumns || chosen.length !== result.preview.columns.length) {
      chosen = result.preview.columns.map((column) => column.field);
      byHand = [];
    }
    return 'read';
  }

  function startOver(): void {
    asked += 1;
    step = 'file';
    file = undefined;
    problem = undefined;
    reading = detected = undefined;
    preview = undefined;
    busy = 'idle';
    chosen = [];
    byHand = [];
  }

  async function take(source: File): Promise<void> {
    startOver();
    file = source;
    if ((await read(source, undefined)) !== 'read') return;
    detected = reading;
    step = 'read';
  }

  return {
    get step() {
      return step;
    },
    set step(next) {
      step = next;
    },
    get file() {
      return file;
    },
    get problem() {
      return problem;
    },
    get reading() {
      return reading;
    },
    get detected() {
      return detected;
    },
    get preview() {
      return preview;
    },
    get busy() {
      return busy;
    },
    get columns() {
      return preview?.columns ?? [];
    },
    get fields() {
      return fields;
    },
    get characteristics() {
      return characteristics.list;
    },
    isByHand: (column) => byHand.includes(column),
    get matchProblem() {
      return problemsOfMatch(fields);
    },
    get hasPhones() {
      return fields.includes('phone');
    },
    get answers() {
      return answers;
    },
    answer(answer) {
      answers = { ...answers, ...answer };
    },
    take,
    async takeNext(source) {
      const before = { names: columnNames(preview), fields };
      await take(source);
      if (preview && step === 'read' && columnNames(preview) === before.names && before.fields.length > 0) {
        chosen = before.fields;
        step = 'check';
      } else {
        // Other headings are other people.
        answers = { ...answers, consent: undefined };
      }
    },
    async readAs(change) {
      if (!file || !reading) return;
      reading = { ...reading, ...change };
      await read(file, reading);
    },
    match(column, field) {
      chosen = fields.map((each, index) => (index === column ? field : each));
      byHand = [...byHand, column];
    },
    startOver,
  };
}

function columnNames(preview: FilePreview | undefined): string {
  return JSON.stringify(preview?.columns.map((column) => column.name) ?? []);
}
