/** What is wrong with the message files of all languages, as sentences. Pure: files and sources are handed in. */

/** Text of each file by its name, such as `shell.json`. */
export type LanguageFiles = Readonly<Record<string, string>>;

interface Message {
  readonly file: string;
  readonly inputs: readonly string[];
  readonly texts: readonly string[];
}

/** `sources`: the text of all files that import the messages. */
export function findMessageProblems(
  languages: Readonly<Record<string, LanguageFiles>>,
  sources: string,
): readonly string[] {
  const problems: string[] = [];
  const read = Object.entries(languages).map(([language, files]) => ({
    language,
    messages: readLanguage(language, files, problems),
  }));
  const all = new Set(read.flatMap(({ messages }) => [...messages.keys()]));

  for (const key of all) {
    const inLanguages = read.flatMap(({ language, messages }) => {
      const message = messages.get(key);
      if (!message) problems.push(`${language}: ${key} is missing`);
      return message ? [{ language, ...message }] : [];
    });
    const [first, ...others] = inLanguages;
    for (const other of others) {
      if (first && first.file !== other.file) problems.push(`${key} is in ${first.file} and in ${other.file}`);
      if (first && first.inputs.join() !== other.inputs.join())
        problems.push(
          `${key} takes ${said(first.inputs)} in ${first.language}, ${said(other.inputs)} in ${other.language}`,
        );
    }
    // Keys are only ever written `m.key`; a key put together of parts could not be checked, nor left out of a bundle.
    if (!new RegExp(`\\bm\\.${key}\\b`).test(sources)) problems.push(`${key} is used nowhere`);
  }
  for (const [, key = ''] of sources.matchAll(/\bm\.([a-z][a-z0-9_]*)\b/g)) {
    if (!all.has(key)) problems.push(`${key} is used but stands in no language`);
  }
  return [...new Set(problems)];
}

function readLanguage(language: string, files: LanguageFiles, problems: string[]): ReadonlyMap<string, Message> {
  const messages = new Map<string, Message>();
  for (const [file, text] of Object.entries(files)) {
    // `JSON.parse` keeps the last of two keys and says nothing of the first.
    for (const key of twice([...text.matchAll(/^ {2}"([^"]+)":/gm)].map(([, key = '']) => key)))
      problems.push(`${language}/${file}: ${key} stands twice`);
    for (const [key, value] of Object.entries(JSON.parse(text) as Record<string, unknown>)) {
      if (key === '$schema') continue;
      if (messages.has(key)) problems.push(`${language}: ${key} is in ${messages.get(key)?.file ?? ''} and in ${file}`);
      const message = readMessage(file, value);
      messages.set(key, message);
      if (message.texts.some((each) => each.trim() === '')) problems.push(`${language}/${file}: ${key} is empty`);
    }
  }
  return messages;
}

/** A text with `{inputs}`, or the plugin's variants with declared ones. */
function readMessage(file: string, value: unknown): Message {
  if (typeof value === 'string') return { file, inputs: inputsIn([value]), texts: [value] };
  const [variant] = value as readonly { readonly declarations?: readonly string[]; readonly match: object }[];
  const texts = Object.values(variant?.match ?? {}).map(String);
  const declared = (variant?.declarations ?? []).flatMap((line) => /^input (\w+)/.exec(line)?.[1] ?? []);
  const local = new Set((variant?.declarations ?? []).flatMap((line) => /^local (\w+)/.exec(line)?.[1] ?? []));
  const undeclared = inputsIn(texts).filter((name) => !local.has(name));
  return { file, inputs: [...new Set([...declared, ...undeclared])].sort(), texts };
}

function inputsIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)))].sort();
}

function twice(keys: readonly string[]): readonly string[] {
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

function said(inputs: readonly string[]): string {
  return inputs.length === 0 ? 'nothing' : inputs.join(', ');
}
