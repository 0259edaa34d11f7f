import { describe, expect, it } from 'vitest';
import { matchColumns } from '#import/match-columns';
import { readContact } from '#import/read-contact';
import { makeTemplate } from '#export/templates';
import { checkFile, previewOf } from './read-file.ts';

const csv = (...lines: string[]) => new Blob([lines.map((line) => `${line}\n`).join('')]);
const fieldsOf = (...names: string[]) => matchColumns(names, []).map(({ field }) => field);

describe('rows', () => {
  it('[IMP-7] a row in error stops no other, and each of its cells is said', async () => {
    const { contacts, problems } = await checkFile(
      csv(
        'Name,Phone,Email,Status',
        'A,123,nonsense,maybe',
        'B,+420601123456,,',
        ',,,active',
        'C,,c@example.com,inactive',
      ),
      'CZ',
    );
    expect(contacts).toEqual([
      { name: 'B', phone: '+420601123456' },
      { name: 'C', email: 'c@example.com', status: 'inactive' },
    ]);
    expect(problems).toEqual([
      { row: 2, column: 'Phone', value: '123', problem: 'phoneTooShort', at: 1 },
      { row: 2, column: 'Email', value: 'nonsense', problem: 'emailInvalid', at: 2 },
      { row: 2, column: 'Status', value: 'maybe', problem: 'valueUnknown', at: 3 },
      { row: 4, column: 'Phone', value: '', problem: 'keyMissing', at: 1 },
    ]);
  });

  it('[CON-4] a placeholder is an empty cell, never a key that joins strangers', async () => {
    const { contacts, problems } = await checkFile(
      csv('User ID,Phone,Email', 'N/A,+420601123456,-', 'null,,none@', '无,-,b@example.com'),
      'CZ',
    );
    expect(contacts).toEqual([{ phone: '+420601123456' }, { email: 'b@example.com' }]);
    expect(problems).toMatchObject([{ row: 3, problem: 'emailInvalid' }]);
  });

  it('[IMP-6] consent that was answered for all is written where the file says nothing', async () => {
    const { contacts } = await checkFile(
      csv('Phone,Email,SMS consent', '+420601123456,a@example.com,no', '+420601123457,,', ',b@example.com,'),
      'CZ',
      { consent: 'given', smsType: 'marketing' },
    );
    expect(contacts).toEqual([
      {
        ...{ phone: '+420601123456', email: 'a@example.com', smsType: 'marketing' },
        ...{ 'consent:sms': 'refused', 'consent:email': 'given', 'consent:webhook': 'given' },
      },
      { phone: '+420601123457', smsType: 'marketing', 'consent:sms': 'given', 'consent:webhook': 'given' },
      { email: 'b@example.com', 'consent:email': 'given', 'consent:webhook': 'given' },
    ]);
  });

  it('[CON-4] a column of consent that names no channel speaks for all: a refusal is one everywhere', async () => {
    const { contacts } = await checkFile(csv('Phone,Email,Consent', '+420601123456,a@example.com,no'), 'CZ', {
      consent: 'given',
    });
    expect(contacts[0]).toMatchObject({
      'consent:sms': 'refused',
      'consent:email': 'refused',
      'consent:webhook': 'refused',
    });
  });

  it('[CON-4] a column of consent for one channel leaves the others as they are', async () => {
    const { contacts } = await checkFile(csv('Phone,短信同意', '+420601123456,是'), 'CZ');
    expect(contacts).toEqual([{ phone: '+420601123456', 'consent:sms': 'given' }]);
  });

  it('[IMP-10] an Activated column activates and deactivates', async () => {
    const { contacts } = await checkFile(csv('Phone,Activated', '+420601123456,1', '+420601123457,0'), 'CZ');
    expect(contacts.map(({ status }) => status)).toEqual(['active', 'inactive']);
  });
});

describe('columns', () => {
  it('[IMP-4] by name, in both languages, whatever the case, width and punctuation', () => {
    expect(fieldsOf('Full Name', 'MOBILE_NO.', 'E-Mail', 'Customer ID')).toEqual(['name', 'phone', 'email', 'userId']);
    expect(fieldsOf('姓名', '手机号（必填）', '电子邮箱', '客户编号', '状态', '黑名单')).toEqual([
      ...['name', 'phone', 'email', 'userId', 'status', 'blocked'],
    ]);
    expect(fieldsOf('ｐｈｏｎｅ', '  Phone number *')).toEqual(['phone', 'ignore']);
    expect(fieldsOf('Unsubscribed', 'Newsletter')).toEqual(['blocked', 'consent:email']);
  });

  it('[IMP-4] each field once, the surer name first', () => {
    expect(fieldsOf('Home phone', 'Mobile', 'Work phone')).toEqual(['ignore', 'phone', 'ignore']);
    expect(fieldsOf('Name', 'First name', 'Last name')).toEqual(['name', 'ignore', 'ignore']);
    expect(fieldsOf('Last name', 'First name', 'Phone')).toEqual(['name', 'name', 'phone']);
  });

  it('[IMP-4] a number of the row is no user ID', () => {
    expect(fieldsOf('ID', 'No.', '序号', '编号', 'Phone')).toEqual(['ignore', 'ignore', 'ignore', 'ignore', 'phone']);
  });
});

describe('template', () => {
  it.each([
    ['csv', 'en'],
    ['csv', 'zh-CN'],
    ['xlsx', 'en'],
    ['xlsx', 'zh-CN'],
  ] as const)('[IMP-2] a file made from the %s in %s needs no matching and has no error', async (format, language) => {
    const template = makeTemplate(format, language);
    const file = new Blob([template.bytes]);
    const { columns } = await previewOf(file);
    expect(columns.map(({ field }) => field)).toEqual([
      ...['name', 'phone', 'email', 'userId', 'smsType', 'status', 'blocked', 'consent:sms', 'consent:email'],
    ]);
    expect(columns.every(({ confidence }) => confidence === 'name')).toBe(true);
    const { contacts, problems } = await checkFile(file, 'CN');
    expect(problems).toEqual([]);
    expect(contacts).toHaveLength(3);
    expect(contacts[0]).toMatchObject({
      smsType: 'marketing',
      status: 'active',
      blocked: 'no',
      'consent:sms': 'given',
    });
    expect(template.fileName.endsWith(`.${format}`)).toBe(true);
  });

  it('[IMP-2] Excel sees UTF-8 by its mark', () => {
    expect([...makeTemplate('csv', 'zh-CN').bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });
});

describe('one contact', () => {
  it('[CON-2] typed by hand is read as a row is', () => {
    expect(readContact('CN', { phone: '138 1234 5678', name: ' 王\u00a0小明 ', email: '' })).toEqual({
      kind: 'ready',
      cells: { phone: '+8613812345678', name: '王 小明' },
    });
  });

  it('[CON-2] says what is wrong beside its field', () => {
    expect(readContact('CN', { phone: '123', email: 'x' })).toEqual({
      kind: 'problems',
      problems: [
        { field: 'phone', problem: 'phoneTooShort' },
        { field: 'email', problem: 'emailInvalid' },
      ],
    });
    expect(readContact('CN', { name: 'Anna', phone: '' })).toEqual({
      kind: 'problems',
      problems: [{ field: 'phone', problem: 'keyMissing' }],
    });
    expect(readContact('CN', { name: 'Anna' })).toEqual({
      kind: 'problems',
      problems: [{ field: 'phone', problem: 'keyMissing' }],
    });
  });
});
