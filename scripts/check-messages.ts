/**
 * `node scripts/check-messages.ts`: fails where a language lacks a message, has one too many, or differs in its inputs;
 * where a key stands twice, or stands in no source file. Part of the build: a missing word must not be found by a user.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findMessageProblems, type LanguageFiles } from './message-problems.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MESSAGES = join(ROOT, 'messages');

const languages = Object.fromEntries(
  readdirSync(MESSAGES).map((language): [string, LanguageFiles] => [
    language,
    Object.fromEntries(
      readdirSync(join(MESSAGES, language)).map((file) => [file, readFileSync(join(MESSAGES, language, file), 'utf8')]),
    ),
  ]),
);
// The relay has no words for the interface; an SQL alias `m.` there is no message.
const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => !name.startsWith('relay'))
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.startsWith('paraglide'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
  .filter((text) => text.includes(`'#messages'`))
  .join('\n');

const problems = findMessageProblems(languages, sources);
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(`${String(problems.length)} problems in messages/`);
  process.exit(1);
}
