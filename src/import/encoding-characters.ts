/**
 * Characters by which a decoding is told to be right: frequent ones of each script, and those of names, places and
 * column headings, which are what lists of contacts are made of. Data only; drawn up by hand.
 */

/** Simplified Chinese, and what it shares with the traditional script. */
export const SIMPLIFIED: ReadonlySet<string> = new Set(
  '的一是了不在有人我他这中大来上个国和地到以说们为子时道要就出会也你对生能而那得于着下自之年过发后作里用家然学' +
    '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范' +
    '金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤' +
    '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华玉红建文国志海春梅云飞鹏辉玲燕雪琳晨宇浩然欣怡佳' +
    '北京上海广州深圳天津重庆成都杭州南武汉西安东省市区县路号街镇村苏浙江福建湖河山四川云贵' +
    '姓名手机电话邮箱号码地址公司部门客户编号用户性别备注职务生日联系状态城市标签组黑单同意先生女士小姐经理是否男无',
);

/** Characters only or mostly of the traditional script, with names and headings. */
export const TRADITIONAL: ReadonlySet<string> = new Set(
  '的一是不了人我在有他這中大來上個國和地到以說們為子時道要就出會也你對生能而那得於著下自之年過發後作裡用家學' +
    '王李張劉陳楊黃趙吳周徐孫馬朱胡郭何高林羅鄭梁謝宋唐許韓馮鄧曹彭曾蕭田董袁潘蔣蔡余杜葉程蘇魏呂丁任沈姚盧姜崔鍾譚陸汪范' +
    '金石廖賈夏韋方白鄒孟熊秦邱江尹薛閻段雷侯龍史陶黎賀顧毛郝龔邵萬錢嚴武戴莫孔向湯游簡' +
    '偉芳娜秀英敏靜麗強磊軍洋勇豔傑娟濤明超蘭霞平剛桂華玉紅建文國志海春梅雲飛鵬輝玲燕雪琳晨宇浩欣怡佳淑惠美雅婷' +
    '臺台北高雄臺中南新竹桃園基隆嘉義香港九龍澳門市區縣路號街鎮村東西' +
    '姓名手機電話郵箱信號碼地址公司部門客戶編號用戶性別備註職務生日聯絡繫狀態城市標籤組黑單同意先生女士小姐經理是否男無',
);

/** Kana, and the commonest characters of Japanese names and headings. */
export const JAPANESE: ReadonlySet<string> = new Set(
  'あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんがぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽゃゅょっ' +
    'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンガギグゲゴザジズゼゾダデドバビブベボパピプペポャュョッー' +
    '佐藤鈴木高橋田中伊渡辺山本村小林加吉松井清水斎池上原野崎川島石前大和西東京都道府県市区町丁目番号' +
    '氏名電話番号携帯住所会社部署顧客備考生年月日性別様男女太郎花子美一二三郎',
);

/** Syllables of Korean surnames, given names, places and headings. */
export const KOREAN: ReadonlySet<string> = new Set(
  '김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모' +
    '민서준예지우현수영미경은희정숙자진호석훈동성재철승태연아윤하린나라' +
    '서울부산대구인천광주대전울산세종기북남충청전라경상제시군로길번' +
    '이름성명전화번호휴대폰주소메일회사부서고객비고생년월일성별님남녀의가는을를에다한고도',
);

/** Letters of Western European languages beyond ASCII, and the punctuation that Windows-1252 adds. */
export const WESTERN: ReadonlySet<string> = new Set(
  'äöüßÄÖÜéèêëàâçîïôûùÿœæÉÈÀÇñÑáíóúÁÍÓÚãõÃÕåÅøØæÆðþ¿¡ªº°§£€’‘“”–—…´«»ºª',
);
