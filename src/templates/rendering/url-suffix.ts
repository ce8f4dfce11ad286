const NOT_ALLOWED_IN_URL = /[^A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]/gu;

/**
 * The variable end of a URL button, escaped for a URL; existing escapes stay. A whole URL that begins like the
 * template's is cut to its end. Any other would become a broken link without an error from Meta: null.
 */
export function urlSuffix(value: string, prefix: string): string | null {
  const suffix = prefix !== '' && value.startsWith(prefix) ? value.slice(prefix.length) : value;
  if (suffix === '' || /^[a-z][a-z0-9+.-]*:\/\//i.test(suffix)) return null;
  return suffix.replace(NOT_ALLOWED_IN_URL, encodeURIComponent);
}
