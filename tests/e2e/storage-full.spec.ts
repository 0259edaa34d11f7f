/** A device that has no room: said by name, nothing half written, and the same import works once there is some. */
import { readImports } from '../builders/device-storage.ts';
import { contactTotal, startCheck, writeImport } from '../builders/pages.ts';
import { openSmallDevice, SMALL_DEVICE_PEOPLE as PEOPLE } from '../builders/small-device.ts';
import { expect, test } from '../builders/spec.ts';

const FULL = 'The storage of this device is full. Nothing was written.';

test('[APP-4] [IMP-9] no room for the file: said by name, nothing kept; with room the same import works', async ({
  relay,
  folder,
}) => {
  const { page, list, lift } = await openSmallDevice(relay.url, folder, 0.7);
  await startCheck(page, list, { country: 'CN' });
  await expect(page.getByRole('alert')).toContainText(FULL, { timeout: 60_000 });
  // What is here stays readable, and nothing of the file is: no contact, no import in the list, no group.
  expect(await contactTotal(page)).toBe(1);
  await expect(page.getByText('customers.csv')).toHaveCount(0);
  await page.goto(`${relay.url}/groups`);
  await page.getByRole('link', { name: 'Default group' }).waitFor();
  await expect(page.getByRole('link', { name: 'Fair' })).toHaveCount(0);

  await lift();
  await startCheck(page, list, { country: 'CN' });
  expect(await writeImport(page)).toBe(PEOPLE);
  expect(await contactTotal(page)).toBe(PEOPLE + 1);
  await page.context().close();
});

test('[APP-4] [IMP-9] room for the file, but not for what is read from it: it stops, says so, and goes on once there is room', async ({
  relay,
  folder,
}) => {
  const { page, list, lift } = await openSmallDevice(relay.url, folder, 1.3);
  await startCheck(page, list, { country: 'CN' });
  await expect(page.getByRole('alert')).toContainText(FULL, { timeout: 60_000 });
  expect(await contactTotal(page)).toBe(1);
  const [kept] = await readImports(page);
  expect(kept).toMatchObject({ phase: 'checking', blocksStray: 0, blocksSound: kept?.blocksNamed });
  expect(kept?.chunkRows).toBe((kept?.rowsDone ?? 0) - 1);
  expect(kept?.chunkRows).toBeLessThan(PEOPLE);
  await page.getByText('The import of customers.csv stopped').waitFor();
  await page.getByText('The storage of this device is full.').waitFor();

  await lift();
  await page.getByRole('link', { name: 'Go on' }).click();
  expect(await writeImport(page)).toBe(PEOPLE);
  expect(await contactTotal(page)).toBe(PEOPLE + 1);
  await page.context().close();
});
