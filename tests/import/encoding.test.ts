import { describe, expect, it } from 'vitest';
import { detectEncoding } from '#import/encoding';
import type { Encoding } from '#import/types';
import { encodeAs } from './encode-as.ts';
import { previewOf } from './read-file.ts';

/** Short lists as they are: people, places, headings. */
const LISTS: readonly (readonly [Encoding, string])[] = [
  ['gb18030', '姓名,手机\n张三,13812345678\n'],
  ['gb18030', '客户编号,姓名,城市\n1,欧阳娜娜,乌鲁木齐\n2,慕容复,呼和浩特\n'],
  ['gb18030', 'name,company,phone\nLi,深圳市腾讯计算机系统有限公司,13812345678\n'],
  ['gb18030', '联系人\t电话\t备注\n孙悟空\t13812345678\t花果山水帘洞\n猪八戒\t13912345678\t高老庄\n'],
  ['big5', '姓名,電話\n陳小明,0912345678\n林美惠,0987654321\n'],
  ['big5', '客戶,地址\n歐陽菲菲,臺北市信義區\n鄧麗君,高雄市\n周杰倫,新北市\n'],
  ['big5', 'name,city\nChan,香港九龍\nWong,澳門\n'],
  ['shift_jis', '氏名,電話番号\n佐藤太郎,090-1234-5678\n鈴木花子,080-1111-2222\n'],
  ['shift_jis', 'お名前,メール\nやまだ,a@example.jp\nタナカ,b@example.jp\n'],
  ['euc-kr', '이름,전화번호\n김민수,010-1234-5678\n이영희,010-2222-3333\n'],
  ['euc-kr', 'name,city\nKim,서울\nPark,부산\n'],
  ['windows-1252', 'Name;Telefon\nJürgen Groß;0151 234\nFrançois Lefèvre;06\n'],
  ['windows-1252', 'Nombre,Ciudad\nMuñoz,Málaga\nNúñez,León\nPérez,A Coruña\n'],
  ['windows-1252', 'Name,Company\nO’Neil,Smith “and” Sons\nZoë,Café – Bar\n'],
  ['windows-1252', 'Navn;By\nSøren;Århus\nBjørn;Tromsø\n'],
  ['utf-16le', '姓名,手机\n张三,13812345678\n'],
  ['utf-16be', '姓名,手机\n张三,13812345678\n'],
  ['utf-16le', 'Name\tPhone\nAnna\t1\n'],
  ['utf-8', '姓名,手机\n张三,13812345678\n'],
  ['utf-8', 'plain,ascii\n1,2\n'],
];

describe('encodings', () => {
  it.each(LISTS)('[IMP-3] %s: %j', (encoding, text) => {
    expect(detectEncoding(encodeAs(text, encoding), 'whole')?.encoding).toBe(encoding);
  });

  it.each(LISTS.filter(([encoding]) => !encoding.startsWith('utf')))(
    '[IMP-3] %s among much ASCII: %j',
    (encoding, text) => {
      const ascii = Array.from({ length: 500 }, (_, row) => `Bob ${String(row)},13812345678,bob@example.com\n`).join(
        '',
      );
      expect(detectEncoding(encodeAs(ascii + text + ascii, encoding), 'whole')?.encoding).toBe(encoding);
    },
  );

  it('[IMP-3] marks are believed', () => {
    expect(detectEncoding(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61), 'whole')).toEqual({ encoding: 'utf-8', markBytes: 3 });
    expect(detectEncoding(Uint8Array.of(0xff, 0xfe, 0x61, 0), 'whole')).toEqual({ encoding: 'utf-16le', markBytes: 2 });
    expect(detectEncoding(Uint8Array.of(0xfe, 0xff, 0, 0x61), 'whole')).toEqual({ encoding: 'utf-16be', markBytes: 2 });
  });

  it('[IMP-3] a sample may end within a character', () => {
    const bytes = encodeAs('姓名,手机\n张三\n', 'utf-8');
    for (let end = 1; end < bytes.length; end++)
      expect(detectEncoding(bytes.subarray(0, end), 'part')?.encoding, String(end)).toBe('utf-8');
  });

  it('[IMP-3] the first Chinese name of a long list may come late', async () => {
    const ascii = Array.from({ length: 40_000 }, (_, row) => `Bob ${String(row)},13812345678\n`).join('');
    const late = new Blob([
      'Name,Phone\n',
      ascii,
      encodeAs('王小明,13912345678\n李雷,13712345678\n', 'gb18030'),
      ascii.slice(0, 20_000),
    ]);
    expect((await previewOf(late)).reading.encoding).toBe('gb18030');
  });

  it('[IMP-3] told otherwise, a file is read as told', async () => {
    const file = new Blob([encodeAs('姓名;手机\n王,1\n', 'gb18030')]);
    const told = { format: 'text', encoding: 'windows-1252', delimiter: ',', sheets: [], header: 'none' } as const;
    const preview = await previewOf(file, told);
    expect(preview.reading).toMatchObject(told);
    expect(preview.rows).toHaveLength(2);
    expect(preview.columns).toHaveLength(2);
  });
});
