/** The links of a draft, by place. */
type Links = Readonly<Record<string, unknown>> | null | undefined;

export interface LinkText {
  url: string;
  fallback: string;
}

const HTTPS = /^https:\/\/[^/?#\s{}@]+\S*$/i;

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function linkAt(links: Links, place: string): LinkText {
  const { url, fallback } = objectOf(links?.[place]);
  return { url: textOf(url), fallback: textOf(fallback) };
}

/** What keeps a link from being saved; null: nothing. An empty address takes the link away. */
export function faultOfLink({ url, fallback }: LinkText): 'url' | 'fallback' | null {
  if (url.trim() === '') return null;
  const isWhole = (url.match(/\{\{/g) ?? []).length === (url.match(/\}\}/g) ?? []).length;
  if (/^https:\/\/[^/?#]*\{/i.test(url.trim())) return 'url';
  if (!isWhole || !HTTPS.test(url.trim().replaceAll(/\{\{[^{}]+\}\}/g, 'x'))) return 'url';
  if (!url.includes('{{')) return null;
  return HTTPS.test(fallback.trim()) && !fallback.includes('{{') ? null : 'fallback';
}

/** What else the link says stays, such as its utm. Null: there are no links at all. */
export function withLink(
  links: Links,
  place: string,
  { url, fallback }: LinkText,
): Record<string, unknown> | null {
  const others = Object.fromEntries(Object.entries(links ?? {}).filter(([name]) => name !== place));
  if (url.trim() === '') return Object.keys(others).length === 0 ? null : others;
  const { utm } = objectOf(links?.[place]);
  const needsFallback = url.includes('{{');
  return {
    ...others,
    [place]: {
      url: url.trim(),
      ...(needsFallback ? { fallback: fallback.trim() } : {}),
      ...(utm === undefined || utm === null ? {} : { utm }),
    },
  };
}
