/** What is wrong and what to do about it, for every problem a file or a cell can have, in the language shown. */
import type { CellProblem, FileProblem } from '#import/types';
import { m } from '#messages';
import { getLocale } from '#paraglide/runtime';
import { countryName } from '../contacts/countries.ts';

export const fileProblemWord: Readonly<Record<FileProblem, () => string>> = {
  empty: m.file_problem_empty,
  noRows: m.file_problem_no_rows,
  binary: m.file_problem_binary,
  brokenWorkbook: m.file_problem_broken_workbook,
  encryptedWorkbook: m.file_problem_encrypted_workbook,
  tooLarge: m.file_problem_too_large,
  workbookTooLarge: m.file_problem_workbook_too_large,
  zipBomb: m.file_problem_zip_bomb,
  noKeyColumn: m.file_problem_no_key_column,
  unsupported: m.file_problem_unsupported,
};

/** `country`: the default by which numbers without a country code were read. */
export const cellProblemWord: Readonly<Record<CellProblem, (country: string) => string>> = {
  phoneInvalid: (country) => m.cell_problem_phone_invalid({ country: countryName(getLocale(), country) }),
  phoneTooShort: () => m.cell_problem_phone_too_short(),
  phoneRounded: () => m.cell_problem_phone_rounded(),
  emailInvalid: () => m.cell_problem_email_invalid(),
  keyMissing: () => m.cell_problem_key_missing(),
  fitsTwoContacts: () => m.cell_problem_fits_two_contacts(),
  valueUnknown: () => m.cell_problem_value_unknown(),
  cellTooLong: () => m.cell_problem_cell_too_long(),
  tagTooLong: () => m.cell_problem_tag_too_long(),
  tagsTooMany: () => m.cell_problem_tags_too_many(),
  idInvalid: () => m.cell_problem_id_invalid(),
  scopeInvalid: () => m.cell_problem_scope_invalid(),
  scopeNeeded: () => m.cell_problem_scope_needed(),
  scopesTooMany: () => m.cell_problem_scopes_too_many(),
  keyScoped: () => m.cell_problem_key_scoped(),
  groupTooLong: () => m.cell_problem_group_too_long(),
  groupsTooMany: () => m.cell_problem_groups_too_many(),
  groupDynamic: () => m.cell_problem_group_dynamic(),
  quoteUnclosed: () => m.cell_problem_quote_unclosed(),
};
