/**
 * The first letters of a Chinese name's syllables: 张三丰 is found by `zsf`. Read off the browser's own order by pinyin,
 * so there is no table of characters; what that order does not know, surnames that are read otherwise than the same
 * character elsewhere, stands here. It knows no whole syllables.
 */

/** The first character of each letter in the order by pinyin; no syllable begins with i, u or v. */
const FIRST = '阿八嚓哒妸发旮哈讥咔垃妈拏噢妑七呥扨它穵夕丫帀';
const LETTERS = 'abcdefghjklmnopqrstwxyz';
/** Characters without a reading stand after this one. */
const LAST = '咗';
/** Where a surname's reading begins with another letter than that of its characters, or of the order's choice of one. */
const SURNAMES = {
  ...{ 曾: 'z', 单: 's', 單: 's', 仇: 'q', 解: 'x', 查: 'z', 朴: 'p', 区: 'o', 區: 'o', 尉: 'y', 翟: 'z', 覃: 'q' },
  ...{ 乐: 'y', 樂: 'y', 冼: 'x', 折: 's', 种: 'c', 召: 's', 繁: 'p', 秘: 'b', 祭: 'z', 隗: 'k', 乜: 'n', 郇: 'x' },
  ...{
    盛: 's',
    校: 'x',
    粘: 'n',
    适: 'k',
    句: 'g',
    角: 'j',
    莘: 's',
    车: 'c',
    車: 'c',
    沈: 's',
    长孙: 'zs',
    長孫: 'zs',
  },
  ...{ 尉迟: 'yc', 尉遲: 'yc', 万俟: 'mq', 萬俟: 'mq', 澹台: 'tt', 澹臺: 'tt', 单于: 'cy', 單于: 'cy' },
} as const;
/** By their first character, the longer ones first. */
const surnames = new Map<number, readonly (readonly [surname: string, initials: string])[]>();
for (const entry of Object.entries(SURNAMES).sort(([one], [other]) => other.length - one.length)) {
  const first = entry[0].charCodeAt(0);
  surnames.set(first, [...(surnames.get(first) ?? []), entry]);
}

const collator = new Intl.Collator('zh-u-co-pinyin');
const firsts = [...FIRST];
const known = new Map<number, string>();

/**
 * As the characters are read; and after a space as they are where the first one is a surname, if that is another reading.
 * Empty where no character is Chinese.
 */
export function initialsOf(name: string): string {
  let initials = '';
  let asSurname = '';
  for (let at = 0; at < name.length; at += 1) {
    const code = name.charCodeAt(at);
    // Those below it are no Chinese ones; a pair of surrogates is one character.
    if (code < FIRST_CODE) continue;
    if (initials === '') asSurname = surnameAt(name, at, code);
    initials += letterOf(name.codePointAt(at) ?? code);
  }
  if (asSurname === '' || initials.startsWith(asSurname)) return initials;
  return `${initials} ${asSurname}${initials.slice(asSurname.length)}`;
}

function surnameAt(name: string, at: number, code: number): string {
  return surnames.get(code)?.find(([surname]) => name.startsWith(surname, at))?.[1] ?? '';
}

const FIRST_CODE = 0x3007;

/** Empty where it has no reading. */
function letterOf(code: number): string {
  const letter = known.get(code) ?? readLetter(code);
  known.set(code, letter);
  return letter;
}

function readLetter(code: number): string {
  const character = String.fromCodePoint(code);
  if (!HAN.test(character) || collator.compare(character, LAST) > 0) return '';
  for (let at = firsts.length - 1; at >= 0; at -= 1)
    if (collator.compare(firsts[at] as string, character) <= 0) return LETTERS[at] as string;
  return '';
}

const HAN = /^\p{Script=Han}$/u;
