/** Hands the browser a template to save (IMP-2). It is made here, so it can be had offline; its code loads when asked for. */
import type { TemplateFormat, TemplateLanguage } from '#export/templates';

export async function saveTemplate(format: TemplateFormat, language: TemplateLanguage): Promise<void> {
  const [{ makeTemplate }, { saveFile }] = await Promise.all([
    import('#export/templates'),
    import('../shell/save-file.ts'),
  ]);
  const { fileName, mediaType, bytes } = makeTemplate(format, language);
  saveFile(fileName, new Blob([bytes], { type: mediaType }));
}
