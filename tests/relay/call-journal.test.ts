/** The call journal by itself: what the next process reads of what a killed one has written, whole or cut short. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBootId } from '#relay/dispatch/boot-id';
import { createCallJournal, type CallJournal } from '#relay/dispatch/call-journal';
import type { Ending, KnownTry } from '#relay/store/types';

const ACCEPTED: Ending = { kind: 'accepted', providerId: 'sms-1' };
const REFUSED: Ending = { kind: 'refused', stage: 'refused', reason: 'contentRefused', detail: '550' };
const NEVER_LEFT: Ending = { kind: 'again', notBefore: 0, spent: 'nothing', doubt: 'kept' };
const CLAIM = { batch: { id: 7 }, owner: 'process-1.sms.1' };

let folder: string;
const opened: CallJournal[] = [];
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'fieldcast-journal-'))));
afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
  rmSync(folder, { recursive: true });
});

function open(bootId = 'boot-1'): CallJournal {
  const journal = createCallJournal({ folder, bootId: bootId === 'untold' ? undefined : bootId });
  opened.push(journal);
  return journal;
}
const files = () => readdirSync(folder).sort();
const known = (recipient: number, ending: Ending, tries = 1): KnownTry => ({
  batch: 7,
  owner: CLAIM.owner,
  recipient,
  tries,
  ending,
});
const plan = (journal: CallJournal, ...recipients: number[]) =>
  journal.plan(
    CLAIM,
    recipients.map((recipient) => [{ recipient, tries: 0 }]),
  );

describe('what the next process knows', () => {
  it('[MSG-7] of a call that never left, of one that ended, and nothing of one in flight', () => {
    const [waiting, inFlight, ended] = plan(open(), 10, 11, 12);
    inFlight?.leaving();
    ended?.leaving();
    ended?.ended([ACCEPTED]);
    expect(waiting).toBeDefined();
    expect(open().past()).toEqual([known(10, NEVER_LEFT), known(12, ACCEPTED)]);
  });

  it('[MSG-7] of every delivery of a call that they share', () => {
    const [call] = open().plan(CLAIM, [
      [
        { recipient: 3, tries: 0 },
        { recipient: 5, tries: 2 },
      ],
    ]);
    expect(open().past()).toEqual([known(3, NEVER_LEFT), known(5, NEVER_LEFT, 3)]);
    call?.leaving();
    expect(open().past()).toEqual([]);
    call?.ended([ACCEPTED, REFUSED]);
    expect(open().past()).toEqual([known(3, ACCEPTED), known(5, REFUSED, 3)]);
  });

  it('[MSG-7] of the same try planned twice, the later call', () => {
    const journal = open();
    const [first] = plan(journal, 1);
    first?.leaving();
    first?.ended([{ kind: 'again', notBefore: 9, spent: 'nothing', doubt: 'kept' }]);
    const [second] = plan(journal, 1);
    expect(open().past()).toEqual([known(1, NEVER_LEFT)]);
    second?.leaving();
    expect(open().past()).toEqual([]);
  });

  it('[MSG-7] of a call that leaves after it was given up, nothing', () => {
    const [call] = plan(open(), 1);
    call?.ended([{ kind: 'unknown' }]);
    call?.leaving();
    expect(open().past()).toEqual([]);
  });

  it('[MSG-7] wherever the last line is cut, no more than what was told', () => {
    const journal = open();
    const path = () => join(folder, files()[0] ?? '');
    const steps: { readonly bytes: number; readonly knows: readonly KnownTry[] }[] = [];
    const step = (...knows: KnownTry[]) => steps.push({ bytes: statSync(path()).size, knows });
    const [call] = plan(journal, 1);
    step(known(1, NEVER_LEFT));
    call?.leaving();
    step();
    call?.ended([ACCEPTED]);
    step(known(1, ACCEPTED));
    const text = readFileSync(path());
    for (let length = 0; length <= text.length; length++) {
      writeFileSync(path(), text.subarray(0, length));
      expect(open().past()).toEqual(steps.findLast(({ bytes }) => bytes <= length)?.knows ?? []);
    }
  });

  it('[MSG-7] a line cut short in the middle, as by a full disk, spoils no other', () => {
    plan(open(), 1);
    const path = join(folder, files()[0] ?? '');
    const began = readFileSync(path, 'utf8');
    writeFileSync(path, `${began}\n["b"`);
    expect(open().past()).toEqual([known(1, NEVER_LEFT)]);
    writeFileSync(path, `${began}\n["b"\n["b",1]\n["e",1,[{"kind":"unkn`);
    expect(open().past()).toEqual([]);
    writeFileSync(path, `${began}\n["b"\n["b",1]\n["e",1,[{"kind":"unkn\n["e",1,[{"kind":"accepted"}]]`);
    expect(open().past()).toEqual([known(1, { kind: 'accepted' })]);
  });
});

describe('what is believed', () => {
  it('[MSG-7] nothing from before the machine was switched off', () => {
    plan(open('boot-1'), 1);
    expect(open('boot-2').past()).toEqual([]);
  });

  it('[MSG-7] nothing from before a journal that is not believed', () => {
    plan(open('boot-1'), 1);
    plan(open('boot-2'), 2);
    expect(open('boot-1').past()).toEqual([]);
    plan(open('boot-1'), 3);
    expect(open('boot-1').past()).toEqual([known(3, NEVER_LEFT)]);
  });

  it('[MSG-7] nothing of another version, and nothing that is no journal', () => {
    for (const [at, header] of ['["calls",2,"boot-1"]', '{}', 'calls', ''].entries())
      writeFileSync(join(folder, `calls-${at + 1}.journal`), `\n${header}\n["p",1,7,"process-1.sms.1",[1,1]]`);
    expect(open().past()).toEqual([]);
  });

  it('[MSG-7] nothing at all where the system does not say when it was switched on', () => {
    plan(open('boot-1'), 1);
    const journal = open('untold');
    expect(journal.past()).toEqual([]);
    journal.forgetPast();
    const [call] = plan(journal, 2);
    call?.leaving();
    call?.ended([ACCEPTED]);
    call?.settled();
    expect(files()).toEqual([]);
  });

  it('[MSG-7] on Linux it says so, and the same each time', () => {
    const id = readBootId();
    if (process.platform === 'linux') expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    else expect(id).toBeUndefined();
    expect(readBootId()).toBe(id);
  });
});

describe('its files', () => {
  it('[CHA-2] are for the relay alone, and name nobody', () => {
    const [call] = plan(open(), 1);
    call?.ended([ACCEPTED]);
    const [name = ''] = files();
    expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, name), 'utf8').split('\n')).toEqual([
      '',
      '["calls",1,"boot-1"]',
      '["p",1,7,"process-1.sms.1",[1,1]]',
      '["e",1,[{"kind":"accepted","providerId":"sms-1"}]]',
    ]);
  });

  it('[SYN-9] there is none before the first call, and none after a clean end', () => {
    const journal = open();
    expect(files()).toEqual([]);
    for (const call of plan(journal, 1, 2)) call.settled();
    expect(files()).toEqual(['calls-1.journal']);
    journal.close();
    expect(files()).toEqual([]);
  });

  it('[SYN-9] what did not end before the end is there for the next start', () => {
    const journal = open();
    const [call] = plan(journal, 1);
    call?.leaving();
    journal.close();
    expect(files()).toEqual(['calls-1.journal']);
    const next = open();
    next.forgetPast();
    expect(files()).toEqual([]);
    plan(next, 2);
    expect(files()).toEqual(['calls-2.journal']);
  });

  it('[MSG-7] after the end no call can leave', () => {
    const journal = open();
    const [call] = plan(journal, 1);
    journal.close();
    expect(() => call?.leaving()).toThrow();
    expect(() => plan(journal, 2)).toThrow();
  });

  it('[SYN-9] a full one takes no more calls, and goes with the last of its own', () => {
    const journal = open();
    const wide = Array.from({ length: 20_000 }, (_, recipient) => ({ recipient, tries: 0 }));
    const calls: ReturnType<CallJournal['plan']> = [];
    while (files().length < 3) calls.push(...journal.plan(CLAIM, [wide]));
    const newest = calls.pop();
    const [first, ...others] = calls;
    for (const call of others) call.settled();
    expect(files()).toEqual(['calls-1.journal', 'calls-3.journal']);
    first?.settled();
    expect(files()).toEqual(['calls-3.journal']);
    // A call given up long ago, whose file is gone.
    expect(() => first?.leaving()).toThrow();
    newest?.leaving();
    expect(open().past()).toEqual([]);
  });
});
