/** What the build refuses in the message files. */
import { describe, expect, it } from 'vitest';
import { findMessageProblems } from '#scripts/message-problems';

const counted = (texts: object, declared = ['input count', 'local n = count: number']) => [
  { declarations: declared, selectors: [], match: texts },
];
const file = (messages: object) => ({ 'a.json': JSON.stringify(messages, undefined, 2) });

describe('message files', () => {
  it('[APP-3] languages that say the same have no problem', () => {
    const en = file({ hello: 'Hello {name}', found: counted({ '*': '{n} found' }) });
    const zh = file({ hello: '你好，{name}', found: counted({ '*': '找到 {n} 个' }) });
    expect(findMessageProblems({ en, zh }, 'm.hello m.found')).toEqual([]);
  });

  it('[APP-3] a key that one language lacks is named', () => {
    const problems = findMessageProblems(
      { en: file({ hello: 'Hello', bye: 'Bye' }), zh: file({ hello: '你好' }) },
      'm.hello m.bye',
    );
    expect(problems).toEqual(['zh: bye is missing']);
  });

  it('[APP-3] an input that one language does not know is named', () => {
    const problems = findMessageProblems(
      { en: file({ hello: 'Hello {name}' }), zh: file({ hello: '你好 {who}' }) },
      'm.hello',
    );
    expect(problems).toEqual(['hello takes name in en, who in zh']);
  });

  it('[APP-3] a key that no page uses, and one that no language has, are named', () => {
    const problems = findMessageProblems({ en: file({ hello: 'Hello' }) }, 'm.other');
    expect(problems).toEqual(['hello is used nowhere', 'other is used but stands in no language']);
  });

  it('[APP-3] a key that stands twice, in one file or two, is named', () => {
    const en = { 'a.json': '{\n  "hello": "Hello",\n  "hello": "Hi"\n}', 'b.json': '{\n  "hello": "Hey"\n}' };
    expect(findMessageProblems({ en }, 'm.hello')).toEqual([
      'en/a.json: hello stands twice',
      'en: hello is in a.json and in b.json',
    ]);
  });

  it('[APP-3] an empty text is named', () => {
    expect(findMessageProblems({ en: file({ hello: ' ' }) }, 'm.hello')).toEqual(['en/a.json: hello is empty']);
  });
});
