import { expect, test } from 'vitest';
import type { ContactId } from '#domain/ids';
import { highHalf, lowHalf } from '#log/contact-id';
import { rootOf, STRICT_WORDS } from '#log/fold-state';
import { rowOf } from '#tests/builders/blocks';
import { change, commit, ids, undo, type Written } from '#tests/builders/entries';
import { foldOf } from '#tests/builders/folds';

const PHONE = '+420777123456';
const byPhone = ids.idOf('phone', PHONE, 0);
const userId = (value: string) => ids.idOf('userId', value, 0);

/** What stands of consent for SMS. */
function smsOf(history: readonly Written[], id: ContactId): string | undefined {
  const { state } = foldOf(history);
  const row = rootOf(state, state.ids.find(highHalf(id), lowHalf(id)));
  return STRICT_WORDS['consent:sms'][(state.stricts['consent:sms'].ranks[row] ?? 0) - 1];
}

const withUserId = (value: string, consent?: string) =>
  rowOf('userId', value, { userId: value, phone: PHONE, ...(consent !== undefined && { 'consent:sms': consent }) });
const phoneAlone = (consent?: string) =>
  rowOf('phone', PHONE, { phone: PHONE, ...(consent !== undefined && { 'consent:sms': consent }) });

test('[IMP-11] an undo that takes twins apart leaves each with what both had refused', () => {
  const refusing = commit([[withUserId('U1', 'refused')]], { ms: 1_000 });
  const later = commit([[phoneAlone('given')]], { ms: 2_000 });
  expect(smsOf([refusing, later], byPhone)).toBe('refused');
  const undone = [refusing, later, undo(refusing.entry.id, { ms: 3_000 })];
  expect(smsOf(undone, byPhone)).toBe('refused');
  // The undone birth came second, too.
  const earlier = commit([[phoneAlone('given')]], { ms: 500 });
  expect(smsOf([earlier, refusing, undo(refusing.entry.id, { ms: 3_000 })], byPhone)).toBe('refused');
});

test('[IMP-11] what is said of one after the undo is his alone, and both keep what was said while they were one', () => {
  const first = commit([[withUserId('U1')]], { ms: 1_000 });
  const kept = change(rowOf('userId', 'U1', { name: 'Ana' }, { birth: false }), { ms: 1_500 });
  const other = commit([[phoneAlone('given')]], { ms: 2_000 });
  const refusalAt = (ms: number) =>
    change(rowOf('phone', PHONE, { 'consent:sms': 'refused' }, { birth: false }), { ms });
  const undone = undo(first.entry.id, { ms: 3_000 });
  const late = [first, kept, other, undone, refusalAt(4_000)];
  expect(smsOf(late, userId('U1'))).toBe('given');
  expect(smsOf(late, byPhone)).toBe('refused');
  // Written before the undo, whenever it comes.
  const early = [first, kept, other, undone, refusalAt(2_500)];
  expect(smsOf(early, userId('U1'))).toBe('refused');
  expect(smsOf(early, byPhone)).toBe('refused');
});

test('[CON-4] a member who had seen the refusal changes it for the contact that he named', () => {
  const refusing = commit([[withUserId('U1', 'refused')]], { ms: 1_000 });
  const other = commit([[phoneAlone()]], { ms: 2_000 });
  const given = change(
    rowOf('phone', PHONE, { 'consent:sms': 'given' }, { birth: false }),
    { ms: 4_000 },
    {
      replaces: [refusing.entry.id],
    },
  );
  expect(smsOf([refusing, other, undo(refusing.entry.id, { ms: 3_000 }), given], byPhone)).toBe('given');
});

test('[CON-4] a household that shares a phone is not one person, whatever is undone', () => {
  const household = commit([[withUserId('U1', 'refused'), withUserId('U2')]], { ms: 1_000 });
  const third = commit([[withUserId('U3', 'given')]], { ms: 2_000 });
  const unknown = commit([[phoneAlone('given')]], { ms: 2_500 });
  const history = [household, third, unknown, undo(household.entry.id, { ms: 3_000 })];
  expect(smsOf(history, userId('U3'))).toBe('given');
  expect(
    smsOf(
      history.filter((one) => one !== third),
      byPhone,
    ),
  ).toBe('given');
});

test('[CON-4] whose key the same file changes further down is no household', () => {
  const MAIL = 'ana@example.com';
  const withEmail = (id: string, email: string, consent?: string) =>
    rowOf('userId', id, { userId: id, email, ...(consent !== undefined && { 'consent:sms': consent }) });
  const rows = [withEmail('U1', MAIL), withEmail('U1', 'other@example.com'), withEmail('U2', MAIL, 'refused')];
  const first = commit([rows], { ms: 1_000 });
  const alone = commit([[rowOf('email', MAIL, { email: MAIL })]], { ms: 2_000 });
  const byEmail = ids.idOf('email', MAIL, 0);
  expect(smsOf([first, alone], byEmail)).toBe('refused');
  expect(smsOf([first, alone, undo(first.entry.id, { ms: 3_000 })], byEmail)).toBe('refused');
});

test('[CON-4] what a hand loosened of one stands of another, whom an undo makes one with him', () => {
  const between = commit([[withUserId('U9')]], { ms: 500 });
  const refusing = commit([[withUserId('U1', 'refused')]], { ms: 1_000 });
  const other = commit([[phoneAlone()]], { ms: 1_500 });
  const given = change(
    rowOf('phone', PHONE, { 'consent:sms': 'given' }, { birth: false }),
    { ms: 2_000 },
    { replaces: [refusing.entry.id] },
  );
  const history = [between, refusing, other, given];
  expect(smsOf(history, byPhone)).toBe('given');
  const undone = [...history, undo(between.entry.id, { ms: 3_000 })];
  expect(smsOf(undone, byPhone)).toBe('refused');
  expect(smsOf(undone, userId('U1'))).toBe('refused');
});
