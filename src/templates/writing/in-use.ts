import { DomainError } from '../../rules/errors/domain-error.js';

const SHOWN_NAMES = 5;

export function inUse(campaigns: readonly string[], remedy: string): DomainError {
  const names = campaigns.slice(0, SHOWN_NAMES).map((name) => `"${name}"`);
  const more = campaigns.length > SHOWN_NAMES ? ` and ${campaigns.length - SHOWN_NAMES} more` : '';
  const detail = `Campaigns send this template: ${names.join(', ')}${more}. ${remedy}`;
  return new DomainError('conflict', 'template_in_use', detail);
}
