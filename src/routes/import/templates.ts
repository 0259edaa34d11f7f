/** Where the template files lie (IMP-2). They are static, so that they can be had offline too. */
import { getLocale } from '#paraglide/runtime';

export const TEMPLATE_FORMATS = ['CSV', 'XLSX'] as const;
export type TemplateFormat = (typeof TEMPLATE_FORMATS)[number];
export type TemplateLocale = 'en' | 'zh-CN';

const NAME_BY_LOCALE: Readonly<Record<TemplateLocale, string>> = {
  en: 'fieldcast-contacts',
  'zh-CN': 'fieldcast-联系人',
};

export interface Template {
  readonly locale: TemplateLocale;
  readonly format: TemplateFormat;
  readonly href: string;
  /** The name under which it is saved. */
  readonly name: string;
}

export function templateOf(format: TemplateFormat, locale: TemplateLocale = getLocale()): Template {
  const ending = format.toLowerCase();
  return {
    locale,
    format,
    href: `/templates/contacts-${locale}.${ending}`,
    name: `${NAME_BY_LOCALE[locale]}.${ending}`,
  };
}

/** The language shown first. */
export function allTemplates(): readonly Template[] {
  const first = getLocale();
  const locales: readonly TemplateLocale[] = first === 'en' ? ['en', 'zh-CN'] : ['zh-CN', 'en'];
  return locales.flatMap((locale) => TEMPLATE_FORMATS.map((format) => templateOf(format, locale)));
}

/** For a menu, whose lines are no links. */
export function saveTemplate(format: TemplateFormat): void {
  const { href, name } = templateOf(format);
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}
