import type { LinkDefinition } from './link-definition.js';

/** The hosts that links of this organization may not lead to. Null: they may lead anywhere. */
export function foreignHosts(links: readonly LinkDefinition[], domains: readonly string[] | null): string[] {
  if (domains === null) return [];
  const addresses = links.flatMap(({ url, fallback }) => (fallback === null ? [url] : [url, fallback]));
  return [...new Set(addresses.map(hostOf))].filter(
    (host) => !domains.some((domain) => host === domain || host.endsWith(`.${domain}`)),
  );
}

function hostOf(url: string): string {
  const host = /^https:\/\/([^/?#]*)/i.exec(url)?.[1] ?? '';
  return URL.canParse(`https://${host}`) ? new URL(`https://${host}`).hostname : host;
}
