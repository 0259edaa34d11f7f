/**
 * The invented people on the pictures: Chinese, Portuguese and German names, always the same. Emails end in `.example`
 * (RFC 2606), so that they are nobody's. Numbers are valid in form and one short series a country; only the stand-in
 * is ever called with them.
 */
export interface InventedGroup {
  readonly group: string;
  readonly people: readonly InventedPerson[];
}

interface InventedPerson {
  readonly name: string;
  readonly phone: string;
  readonly email: string;
  readonly consent: 'yes' | 'no';
}

interface Origin {
  /** A name and how it is written in an address. */
  readonly given: readonly (readonly [string, string])[];
  readonly family: readonly (readonly [string, string])[];
  readonly order: 'familyFirst' | 'givenFirst';
  readonly firms: readonly string[];
  /** The n-th number of the series, in international form. */
  readonly phone: (index: number) => string;
}

const plain = (...names: readonly string[]): readonly (readonly [string, string])[] =>
  names.map((name) => [name, asciiOf(name)]);

const CHINA: Origin = {
  given: [
    ['浩然', 'haoran'],
    ['雨桐', 'yutong'],
    ['思远', 'siyuan'],
    ['嘉怡', 'jiayi'],
    ['文博', 'wenbo'],
    ['晓琳', 'xiaolin'],
    ['子轩', 'zixuan'],
    ['梦琪', 'mengqi'],
    ['志强', 'zhiqiang'],
    ['若曦', 'ruoxi'],
    ['海涛', 'haitao'],
  ],
  family: [
    ['林', 'lin'],
    ['陈', 'chen'],
    ['王', 'wang'],
    ['赵', 'zhao'],
    ['周', 'zhou'],
    ['吴', 'wu'],
    ['徐', 'xu'],
    ['欧阳', 'ouyang'],
  ],
  order: 'familyFirst',
  firms: ['huaxin', 'donghai', 'pujiang', 'lanqiao', 'meilin'],
  phone: (index) => `+861380013${String(8000 + scattered(index + 31))}`,
};

const PORTUGAL: Origin = {
  given: plain(
    'Inês',
    'João',
    'Mariana',
    'Tiago',
    'Beatriz',
    'Gonçalo',
    'Leonor',
    'Rui',
    'Sofia',
    'Duarte',
    'Catarina',
  ),
  family: plain('Carvalho', 'Magalhães', 'Fonseca', 'Antunes', 'Simões', 'Vasconcelos', 'Pinto', 'Brandão'),
  order: 'givenFirst',
  firms: ['atlantica', 'norte', 'tejo', 'oliveira', 'sado'],
  phone: (index) => `+351912000${String(100 + scattered(index + 67) * 9)}`,
};

const GERMANY: Origin = {
  given: plain(
    'Katharina',
    'Jürgen',
    'Lena',
    'Matthias',
    'Sabine',
    'Björn',
    'Annika',
    'Florian',
    'Heike',
    'Moritz',
    'Jana',
  ),
  family: plain('Vogel', 'Schäfer', 'Brandt', 'Krüger', 'Lindner', 'Böhm', 'Hartmann', 'Engel'),
  order: 'givenFirst',
  firms: ['elbe', 'werkhof', 'rhein', 'nordlicht', 'isar'],
  phone: (index) => `+49171392${String(scattered(index)).padStart(4, '0')}`,
};

/** 240 people in three groups. The guests of Shanghai are all at the fair as well, so they come without anybody new. */
export function inventPeople(): readonly InventedGroup[] {
  const china = inventFrom(CHINA, 80);
  const portugal = inventFrom(PORTUGAL, 80);
  const germany = inventFrom(GERMANY, 80);
  return [
    { group: 'Feira de Lisboa', people: portugal.slice(0, 40) },
    { group: 'Expo 2026', people: mingled(china, portugal.slice(32), germany) },
    { group: 'VIP Shanghai', people: [...everyNth(china, 2), ...everyNth(germany, 9)] },
  ];
}

function everyNth(people: readonly InventedPerson[], step: number): readonly InventedPerson[] {
  return people.filter((_, index) => index % step === 0);
}

/** As a fair's list is: by who came to the stand, not by country. */
function mingled(...lists: readonly (readonly InventedPerson[])[]): readonly InventedPerson[] {
  return lists
    .flatMap((list) => list.map((person, index) => ({ person, place: (index + 0.5) / list.length })))
    .toSorted((one, other) => one.place - other.place)
    .map(({ person }) => person);
}

function inventFrom(origin: Origin, count: number): readonly InventedPerson[] {
  const { given, family, firms } = origin;
  return Array.from({ length: count }, (_, index) => {
    // 11 given and 8 family names have no common divisor: no pair comes twice within 88.
    const [givenName, givenPart] = given[index % given.length] ?? ['', ''];
    const [familyName, familyPart] = family[index % family.length] ?? ['', ''];
    const name = origin.order === 'familyFirst' ? familyName + givenName : `${givenName} ${familyName}`;
    return {
      name,
      // Some gave a card without a number, some no email: a list as it is.
      phone: index % 19 === 7 ? '' : origin.phone(index),
      email:
        index % 13 === 4
          ? ''
          : `${givenPart.slice(0, 1)}.${familyPart}@${firms[Math.floor(index / family.length) % firms.length] ?? ''}.example`,
      consent: index % 29 === 11 ? 'no' : 'yes',
    };
  });
}

/** A list as a spreadsheet saves it. */
export function peopleToCsv(people: readonly InventedPerson[]): string {
  const rows = people.map(({ name, phone, email, consent }) => [name, phone, email, consent].join(','));
  return ['Name,Phone,Email,Consent', ...rows, ''].join('\n');
}

/** Each of 0…99 once, not in order: 37 and 100 have no common divisor. */
function scattered(index: number): number {
  return (index * 37 + 11) % 100;
}

function asciiOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[äöü]/g, (letter) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[letter] ?? letter)
    .normalize('NFD')
    .replaceAll(/\p{Mark}/gu, '');
}
