/** Hands the browser a template to save (IMP-2). It is made here, so it can be had offline; its code loads when asked for. */
import type { TemplateFormat, TemplateLanguage } from '#import/templates';

export async function saveTemplate(format: TemplateFormat, language: TemplateLanguage): Promise<void> {
  const { makeTemplate } = await import('#import/templates');
  const { fileName, mediaType, bytes } = makeTemplate(format, language);
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has begun by the next task; until then the address must stand.
  setTimeout(() => URL.revokeObjectURL(url));
}
