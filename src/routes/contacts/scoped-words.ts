/** What holds for a line or a channel, and addresses besides phone and email, in the language shown. */
import type { Scoped, ScopedField } from '#domain/scope';
import { m } from '#messages';

export const scopedFieldWord: Readonly<Record<ScopedField, () => string>> = {
  phone: m.field_phone,
  email: m.field_email,
  tag: m.contacts_tags,
  app: m.scoped_field_app,
  wechatoa: m.scoped_field_wechatoa,
  wechatmp: m.scoped_field_wechatmp,
  alipaylife: m.scoped_field_alipaylife,
  dingtalkcc: m.scoped_field_dingtalkcc,
  wechatwk: m.scoped_field_wechatwk,
  wechatwkLinkedcorp: m.scoped_field_linkedcorp,
};

export function scopedWord({ field, scope }: Scoped): string {
  const word = scopedFieldWord[field]();
  return scope === '' ? word : m.scoped_of({ field: word, scope });
}
