import { DomainError } from '../../rules/errors/domain-error.js';

const NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

/** The domains as they are stored. An empty list means that there is no restriction, as null does. */
export function readDomains(given: readonly string[] | null): string[] | null {
  if (given === null || given.length === 0) return null;
  return [...new Set(given.map(readDomain))];
}

function readDomain(text: string): string {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  if (URL.canParse(`https://${name}`)) {
    const { hostname, host } = new URL(`https://${name}`);
    if (host === hostname && hostname.length <= 253 && NAME.test(hostname)) return hostname;
  }
  const message = `"${text}" is not a domain: write it without https:// and without a path, as in shop.example`;
  throw new DomainError('invalid', 'invalid_request', `linkDomains: ${message}`, {
    errors: [{ field: 'linkDomains', message }],
  });
}
