/**
 * For what a cell of a contact holds (CON-11): for all, for a business line (by its key), or for a channel (by its code).
 * `phone@line` is the phone for one line; a tag for one line is a cell `tag:<id>@line`, as `t:<id>` is one for all. Which
 * lines and channels there are is not known here, nor whose value wins when something is sent.
 */
import type { TagId } from './ids.ts';
import { isLineTagCell, type LineTagCell } from './scoped-cell.ts';
import { joinTags } from './tag.ts';

/** For all in a field of their own; here for a business line. */
export const LINE_FIELDS = ['phone', 'email', 'tag'] as const;
/** For a channel alone: app registration IDs (several in one cell), WeChat openid, mini-program openid, Alipay ID. */
export const CHANNEL_FIELDS = ['app', 'wechatoa', 'wechatmp', 'alipaylife'] as const;
/** For all alone: DingTalk, WeCom and WeCom linked-enterprise ID. */
export const PLAIN_FIELDS = ['dingtalkcc', 'wechatwk', 'wechatwkLinkedcorp'] as const;
/** Named as UMS names them, but for what names of cells cannot say. In the order in which they are shown. */
export const SCOPED_FIELDS = [...LINE_FIELDS, ...CHANNEL_FIELDS, ...PLAIN_FIELDS] as const;

export type LineField = (typeof LINE_FIELDS)[number];
export type ChannelField = (typeof CHANNEL_FIELDS)[number];
export type PlainField = (typeof PLAIN_FIELDS)[number];
export type ScopedField = LineField | ChannelField | PlainField;

/** What a person sees as one: a field for a scope. `scope` is empty for all. */
export interface Scoped {
  readonly field: ScopedField;
  readonly scope: string;
}
/** Those of which a contact has one text a scope: all but tags. */
export type AddressName = `${Exclude<LineField, 'tag'> | ChannelField}@${string}` | PlainField;
/** A `Scoped` as text: the name of its cell but of tags, whose cells are one a tag. */
export type ScopedName = `${LineField | ChannelField}@${string}` | PlainField;

/** A line's key or a channel's code. Longer ones fit no cell's name. */
const CODE = /^[A-Za-z0-9_-]{1,64}$/;
/** `all` is nobody's key: it is said for all. */
export const isAll = (text: string): boolean => text.toLowerCase() === 'all';
export const isScopeCode = (text: string): boolean => CODE.test(text) && !isAll(text);

const isOneOf = <Name extends string>(names: readonly Name[], name: string): name is Name =>
  (names as readonly string[]).includes(name);
export const isPlainField = (field: string): field is PlainField => isOneOf(PLAIN_FIELDS, field);
export const isLineField = (field: string): field is LineField => isOneOf(LINE_FIELDS, field);
export const isChannelField = (field: string): field is ChannelField => isOneOf(CHANNEL_FIELDS, field);

export const formatScoped = ({ field, scope }: Scoped): ScopedName =>
  isPlainField(field) ? field : `${field}@${scope}`;

/** Undefined for whatever is none: other fields, no code where one is needed. */
export function parseScoped(name: string): Scoped | undefined {
  if (isPlainField(name)) return { field: name, scope: '' };
  const [field = '', scope = '', ...more] = name.split('@');
  const isNamed = isLineField(field) || isChannelField(field);
  return isNamed && more.length === 0 && isScopeCode(scope) ? { field, scope } : undefined;
}

/** Of any text, as `parseScoped`. */
export const isAddressName = (name: string): name is AddressName => (parseScoped(name)?.field ?? 'tag') !== 'tag';

export const lineTagCell = (id: TagId, line: string): LineTagCell => `tag:${id}@${line}`;

/** What a person sees a cell as; undefined for cells of newer versions. */
export function scopedOfCell(cell: string): Scoped | undefined {
  return isLineTagCell(cell) ? parseScoped(`tag${cell.slice(cell.indexOf('@'))}`) : parseScoped(cell);
}

/** The cells of one contact as they are read: a line's tags are one text. By field, then by scope. */
export function scopedTexts(cells: Readonly<Record<string, string>>): readonly (Scoped & { readonly text: string })[] {
  const texts = new Map<ScopedName, Scoped & { readonly texts: string[] }>();
  for (const [cell, value] of Object.entries(cells)) {
    const scoped = value === '' ? undefined : scopedOfCell(cell);
    if (!scoped) continue;
    const name = formatScoped(scoped);
    const known = texts.get(name);
    if (known) known.texts.push(value);
    else texts.set(name, { ...scoped, texts: [value] });
  }
  return [...texts.values()]
    .sort(compareScoped)
    .map(({ field, scope, texts }) => ({ field, scope, text: joinTags(texts.sort()) }));
}

export const compareScoped = (one: Scoped, other: Scoped): number =>
  SCOPED_FIELDS.indexOf(one.field) - SCOPED_FIELDS.indexOf(other.field) || (one.scope < other.scope ? -1 : 1);

/** What stands between the registration IDs of one text. */
const BETWEEN = /[\s,;|、，；]+/u;
/** Each once, in the order said. */
export const splitIds = (text: string): readonly string[] => [
  ...new Set(text.split(BETWEEN).filter((id) => id !== '')),
];
/** What comes back as the same from `splitIds`. */
export const joinIds = (ids: readonly string[]): string => ids.join(', ');
