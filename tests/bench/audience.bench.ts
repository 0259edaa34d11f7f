/**
 * Typed searches, and filters with an order, over 1,000,000 contacts: from the question to the first 50 rows and the exact
 * count, as the audience worker answers them. Beside it, in the same process, the naive way over the same contacts as an
 * array of objects: every text lower-cased and looked through, what is left sorted by comparing.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { contactAt, isListed } from '#audience/columns';
import { createFinder } from '#audience/finder';
import type { Contact, Sort } from '#audience/types';
import { createAudienceView, type AudienceView } from '#audience/view';
import { filterQuestions, typedQueries, type Question } from '../builders/audience-questions.ts';
import { foldCrowd, type CrowdFold } from '../builders/crowd-fold.ts';
import { createDice } from '../builders/dice.ts';
import { naiveFilter } from '../audience/naive.ts';
import { median, percentile } from './median.ts';

const CONTACTS = 1_000_000;
const ROUNDS = 3;
const WINDOW = 50;
/** Each takes seconds; the middle one says enough. */
const NAIVE_QUESTIONS = 7;
const LIST_SORT: Sort = { by: 'createdAt', order: 'down' };
const MEGABYTE = 1_000_000;

export async function benchAudience(): Promise<Record<string, number>> {
  const crowd = foldCrowd(CONTACTS, 1);
  const { state } = crowd.fold;
  const view = createAudienceView(state, new Intl.Collator('en').compare);
  const folded = usedBytes();
  const finder = view.useFinder((parts) => createFinder({ ...parts, nowMs: () => crowd.nowMs }));
  const slices: number[] = [];
  for (let more = true; more;) slices.push(timed(() => (more = finder.warm() === 'more')));
  const indexed = usedBytes();
  const ordering: number[] = [];
  for (let more = true; more;) ordering.push(timed(() => (more = view.warm() === 'more')));

  const dice = createDice(2);
  const typed = typedQueries(state, dice).map((search): Question => ({ filter: { search }, sort: LIST_SORT }));
  const filters = filterQuestions(crowd, dice);
  const figures = {
    'search.1m.p95_ms': p95OfRounds(view, typed),
    'search.1m.index_seconds': secondsOf(slices),
    'search.1m.index_slice_ms': percentile(slices, 0.95),
    'search.1m.index_mb': (indexed - folded) / MEGABYTE,
    'filter_sort.1m.p95_ms': p95OfRounds(view, filters),
    'filter_sort.1m.orders_seconds': secondsOf(ordering),
    'filter_sort.1m.order_slice_ms': percentile(ordering, 0.95),
    'audience.1m.mb': usedBytes() / MEGABYTE,
  };
  const objects = objectsOf(view);
  return {
    ...figures,
    'search.1m.naive_ms': naively(typed, ({ filter, sort }) =>
      sorted(
        objects.filter((contact) => hasText(contact, filter.search ?? '')),
        sort,
      ),
    ),
    'filter_sort.1m.naive_ms': naively(filters, (question) => filteredNaively(crowd, objects, question)),
  };
}

function ask(view: AudienceView, { filter, sort }: Question): void {
  view.window({ filter, sort, offset: 0, limit: WINDOW });
}

function timed(run: () => unknown): number {
  const started = performance.now();
  run();
  return performance.now() - started;
}

const secondsOf = (ms: readonly number[]): number => ms.reduce((sum, one) => sum + one, 0) / 1_000;

function p95OfRounds(view: AudienceView, questions: readonly Question[]): number {
  return median(
    Array.from({ length: ROUNDS }, () =>
      percentile(
        questions.map((question) => timed(() => ask(view, question))),
        0.95,
      ),
    ),
  );
}

function usedBytes(): number {
  setFlagsFromString('--expose_gc');
  runInNewContext('gc')();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function objectsOf(view: AudienceView): readonly Contact[] {
  const objects: Contact[] = [];
  for (let row = 0; row < view.state.ids.count; row += 1)
    if (isListed(view.state, row)) objects.push(contactAt(view.state, row, view.groups.of(row)));
  return objects;
}

function naively(questions: readonly Question[], answer: (question: Question) => readonly Contact[]): number {
  const step = Math.floor(questions.length / NAIVE_QUESTIONS);
  const some = questions.filter((_, at) => at % step === 1);
  return median(some.map((question) => timed(() => answer(question).slice(0, WINDOW))));
}

const hasText = ({ cells }: Contact, text: string): boolean =>
  [cells.name, cells.phone, cells.email, cells.userId].some(
    (value) => value?.toLowerCase().includes(text.toLowerCase()) === true,
  );

function filteredNaively(
  { nowMs, imports, firstMs }: CrowdFold,
  objects: readonly Contact[],
  { filter, sort }: Question,
): readonly Contact[] {
  // Every import is 30 days later than the one before.
  const importOf = ({ createdAt }: Contact) => imports[Math.floor((createdAt - firstMs) / (30 * 86_400_000))];
  const parts = { nowMs, importOf, initialsOf: () => [] };
  const isOfStatus = ({ cells }: Contact) => filter.status === 'all' || cells.status !== 'inactive';
  return sorted(
    objects.filter((contact) => isOfStatus(contact) && (!filter.where || naiveFilter(contact, filter.where, parts))),
    sort,
  );
}

function sorted(contacts: Contact[], { by, order }: Sort): Contact[] {
  const turn = order === 'up' ? 1 : -1;
  const time = (contact: Contact) => (by === 'createdAt' ? contact.createdAt : (contact.lastContactAt ?? 0));
  return by === 'createdAt' || by === 'lastContactAt'
    ? contacts.sort((one, other) => turn * (time(one) - time(other)))
    : contacts.sort((one, other) => turn * (one.cells[by] ?? '').localeCompare(other.cells[by] ?? ''));
}
