/** Webhooks write `en-US` where the template list, and every send, has `en_US`. */
export function normaliseLanguage(code: string): string {
  const [, language, region] = /^([A-Za-z]{2,3})[-_]([A-Za-z]{2})$/.exec(code) ?? [];
  if (language === undefined || region === undefined) return code.replaceAll('-', '_');
  return `${language.toLowerCase()}_${region.toUpperCase()}`;
}
