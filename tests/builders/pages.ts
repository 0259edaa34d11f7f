/** What a person does in the app, in English, by role and label: one function an act. Shared by specs, proofs and benches. */
import { expect, type Locator, type Page } from '@playwright/test';

export interface Person {
  readonly name: string;
  readonly phone?: string;
  readonly email?: string;
  readonly userId?: string;
}

export async function addContact(page: Page, person: Person): Promise<void> {
  await page
    .getByRole('button', { name: /^(Add|Add contact|Add one by hand)$/ })
    .first()
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill(person.name);
  if (person.phone !== undefined) await dialog.getByLabel('Phone', { exact: true }).fill(person.phone);
  if (person.email !== undefined) await dialog.getByLabel('Email', { exact: true }).fill(person.email);
  if (person.userId !== undefined) await dialog.getByLabel('User ID', { exact: true }).fill(person.userId);
  await dialog.getByRole('button', { name: 'Add contact' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByText(person.name).first().waitFor();
}

/** Contacts that the list says it has, all statuses but inactive; waits until all are loaded. */
export async function contactTotal(page: Page): Promise<number> {
  if (!new URL(page.url()).pathname.startsWith('/contacts')) await page.goto(new URL('/contacts', page.url()).href);
  const grid = page.getByRole('grid');
  await grid.or(page.getByText('No contacts yet')).first().waitFor();
  await expect(page.getByText('Still loading')).toHaveCount(0, { timeout: 60_000 });
  if ((await grid.count()) === 0) return 0;
  // The header is a row too.
  return Number(await grid.getAttribute('aria-rowcount')) - 1;
}

export interface ImportAnswers {
  readonly group?: string;
  readonly conflicts?: 'Fill in what is empty' | 'Overwrite' | 'Leave as it is';
  readonly country?: string;
}

/** From the file to the running check; `onStart` right before it is asked for. */
export async function startCheck(
  page: Page,
  file: string,
  answers: ImportAnswers = {},
  onStart?: () => void,
): Promise<void> {
  await page.goto(new URL('/import', page.url()).href);
  await page.locator('input[type=file]').setInputFiles(file);
  const next = page.getByRole('button', { name: 'Next', exact: true });
  await page.getByRole('heading', { name: 'Does it read well?' }).waitFor();
  await next.click();
  await page.getByRole('heading', { name: 'What is in each column?' }).waitFor();
  await next.click();
  await page.getByRole('heading', { name: 'How should they be brought in?' }).waitFor();
  await chooseGroup(page, page.getByRole('combobox', { name: /Into which groups/ }), answers.group ?? 'Fair');
  await page.getByLabel('Yes, they agreed').check();
  if (answers.conflicts !== undefined) await page.getByLabel(answers.conflicts).check();
  if (answers.country !== undefined) await page.getByLabel('Country or region').selectOption(answers.country);
  onStart?.();
  await page.getByRole('button', { name: 'Check the file' }).click();
}

/** Waits for the exact figures and imports; answers the number on the button. */
export async function writeImport(page: Page): Promise<number> {
  const button = page.getByRole('button', { name: /^Import [\d,]+ contacts?$/ });
  await page.getByRole('heading', { name: 'This is what will happen' }).waitFor({ timeout: 180_000 });
  const count = numberIn(await button.innerText());
  await button.click();
  await page.getByRole('heading', { name: /contacts? imported$/ }).waitFor({ timeout: 60_000 });
  return count;
}

export async function importFile(page: Page, file: string, answers: ImportAnswers = {}): Promise<number> {
  await startCheck(page, file, answers);
  return writeImport(page);
}

/** A figure of the import's check, by its word. */
export async function figureOf(page: Page, label: string): Promise<number> {
  const button = page.getByRole('button', { name: new RegExp(`^${label}: [\\d,]+ row`) });
  return (await button.count()) === 0
    ? 0
    : numberIn((await button.getAttribute('aria-label')) ?? (await button.innerText()));
}

/** The banner of what a closed tab left unfinished: goes on with it. */
export async function goOnWithImport(page: Page): Promise<void> {
  await page.goto(new URL('/import', page.url()).href);
  const goOn = /^(Go on|Look)$/;
  await page
    .getByRole('button', { name: goOn })
    .or(page.getByRole('link', { name: goOn }))
    .first()
    .click();
}

/** Chooses or creates a group in a combobox. */
export async function chooseGroup(page: Page, combobox: Locator, name: string): Promise<void> {
  await combobox.click();
  await combobox.fill(name);
  // The options of a country's select on the same page are options too, but never in sight.
  await page
    .getByRole('option', { name: new RegExp(escaped(name)) })
    .filter({ visible: true })
    .first()
    .click();
  await page.keyboard.press('Escape');
}

export async function claimRelay(page: Page, token: string, workspace = 'Expo team', member = 'Ana'): Promise<void> {
  await page.goto(`${new URL('/claim', page.url()).href}#${token}`);
  await page.getByLabel('Name of the workspace').fill(workspace);
  await page.getByLabel('Your name').fill(member);
  await page.getByRole('button', { name: 'Claim relay' }).click();
  await page.getByText('The relay is yours').first().waitFor();
}

export interface MessageDraft {
  readonly group: string;
  readonly channel: string;
  readonly subject?: string;
  readonly text?: string;
  readonly template?: { readonly id: string; readonly text: string; readonly places: readonly string[] };
}

/** Composes and sends; answers the number on the button. Works offline too: the button then says "later". */
export async function sendMessage(page: Page, draft: MessageDraft): Promise<number> {
  await page.goto(new URL('/messages/new', page.url()).href);
  await chooseGroup(page, page.getByRole('combobox', { name: /Groups/ }), draft.group);
  await page.getByLabel('Channel', { exact: true }).selectOption({ label: draft.channel });
  if (draft.subject !== undefined) await page.getByLabel('Subject', { exact: true }).fill(draft.subject);
  if (draft.text !== undefined) await page.getByLabel('Text', { exact: true }).fill(draft.text);
  if (draft.template !== undefined) {
    await page.getByLabel('Template ID').fill(draft.template.id);
    await page.getByLabel('Text of the template').fill(draft.template.text);
    for (const [index, place] of draft.template.places.entries())
      await page.getByLabel(`Place ${String(index + 1)}`).fill(place);
  }
  const send = page.getByRole('button', { name: /^Send to [\d,]+ (person|people)( later)?$/ });
  await send.waitFor();
  const count = numberIn(await send.innerText());
  await send.click();
  await page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: /^Send/ }).click();
  await page.waitForURL(/\/messages\/(?!new)[^/]+$/);
  return count;
}

function numberIn(text: string): number {
  return Number(/[\d,]+/.exec(text)?.[0].replaceAll(',', '') ?? NaN);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
