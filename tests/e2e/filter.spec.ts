/** Filters as a person builds them: conditions, levels, the sentence, the count; in both languages, and on a phone. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { importFile } from '../builders/pages.ts';
import { expect, test } from '../builders/spec.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PEOPLE = [
  ['Ana Lima', '+8613800138000', 'ana@example.com'],
  ['Ana Sousa', '+12025550100', ''],
  ['张三', '+8613800138001', 'zs@example.com'],
  ['Marek Novák', '+420777123456', 'marek@example.com'],
];

// axe is injected, which the policy rightly refuses to anybody else. The relay serves the app.
test.use({ bypassCSP: true });
test.beforeEach(async ({ page, relay, folder }) => {
  expect(relay.url).toMatch(/^http/);
  const file = join(folder, 'people.csv');
  await writeFile(file, ['Name,Phone,Email', ...PEOPLE.map((cells) => cells.join(','))].join('\n'));
  await page.goto('/contacts');
  await importFile(page, file, { group: 'Fair' });
  await page.goto('/contacts');
  await page.getByText('Marek Novák').first().waitFor();
});

const condition = (within: Locator | Page, number: number) =>
  within.getByRole('group', { name: `Condition ${String(number)}`, exact: true });

async function seriousProblems(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}

test('[CON-5] conditions of two levels are built, said and counted, shown, changed, and taken away', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Filter contacts' });
  await expect(dialog.getByText('No condition is complete yet')).toBeVisible();
  await expect(dialog.getByRole('status')).toHaveText('4 contacts match');

  await condition(dialog, 1).getByLabel('Value').fill('ANA');
  await expect(dialog.getByRole('status')).toHaveText('2 contacts match');
  await expect(dialog.getByText('Shows contacts where Name contains “ANA”.')).toBeVisible();

  await dialog.getByRole('button', { name: 'Add group of conditions' }).click();
  const inner = dialog.getByRole('group', { name: 'Group of conditions' }).nth(1);
  await condition(inner, 1).getByLabel('Field').selectOption({ label: 'Country of the phone' });
  await condition(inner, 1).getByRole('combobox', { name: 'Value' }).fill('Canada');
  await page.getByRole('option', { name: /United States/ }).click();
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('status')).toHaveText('1 contact matches');
  await expect(dialog.getByText('A number does not tell apart who shares +1')).toBeVisible();
  await expect(condition(inner, 1).getByRole('combobox', { name: 'Value' })).toHaveValue('');
  await inner.getByRole('button', { name: 'Add condition' }).click();
  await condition(inner, 2).getByLabel('Field').selectOption({ label: 'Email' });
  await condition(inner, 2).getByLabel('Comparison').selectOption({ label: 'is not empty' });
  await expect(dialog.getByRole('status')).toHaveText('2 contacts match');
  await expect(
    dialog.getByText(
      'Name contains “ANA” and (Country of the phone is any of United States +1 or Email is not empty).',
    ),
  ).toBeVisible();
  await inner.getByRole('button', { name: 'Add group of conditions' }).click();
  // Three levels are all.
  await expect(dialog.getByRole('button', { name: 'Add group of conditions' })).toHaveCount(2);
  expect(await seriousProblems(page)).toEqual([]);

  await dialog.getByRole('button', { name: 'Show 2 contacts' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '3');
  await expect(page.getByText('张三')).toHaveCount(0);

  await page.getByRole('button', { name: '3 conditions' }).click();
  await expect(dialog.getByRole('textbox', { name: 'Value' })).toHaveValue('ANA');
  await dialog.getByRole('button', { name: 'Remove this group of conditions' }).first().click();
  await condition(dialog, 1).getByLabel('Comparison').selectOption({ label: 'does not contain' });
  await dialog.getByRole('button', { name: 'Show 2 contacts' }).click();
  await expect(page.getByText('张三').first()).toBeVisible();

  await page.getByRole('button', { name: 'Clear filter' }).click();
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '5');
  await page.getByRole('searchbox').fill('zs');
  await expect(page.getByRole('grid')).toHaveAttribute('aria-rowcount', '2');
});

test('[CON-5] by when and by import, on a phone, in Chinese', async ({ page }) => {
  await page.evaluate(() => localStorage.setItem('PARAGLIDE_LOCALE', 'zh-CN'));
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto('/contacts');
  await page.getByRole('button', { name: '筛选条件' }).click();
  const dialog = page.getByRole('dialog', { name: '筛选联系人' });
  await dialog.getByLabel('字段').selectOption({ label: '来源导入' });
  await dialog.getByRole('combobox', { name: '值' }).click();
  await page.getByRole('option', { name: /people\.csv/ }).click();
  await page.keyboard.press('Escape');
  await expect(dialog.getByRole('status')).toHaveText('4 位联系人符合');
  await dialog.getByRole('button', { name: '添加条件', exact: true }).click();
  await dialog.getByLabel('字段').nth(1).selectOption({ label: '最近消息' });
  await dialog.getByLabel('比较方式').nth(1).selectOption({ label: '不在最近几天内' });
  await dialog.getByLabel('天数').fill('7');
  await expect(dialog.getByText('最近消息不在最近 7 天内。')).toBeVisible();
  expect(await seriousProblems(page)).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(overflow).toBe(false);
  await dialog.getByRole('button', { name: '显示 4 位联系人' }).click();
  await expect(page.getByRole('button', { name: '2 个条件' })).toBeVisible();
});
