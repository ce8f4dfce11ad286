import { type MessagingLimit } from './webhook-events.js';

const FACTORS: Readonly<Record<string, number>> = { '': 1, K: 1_000, M: 1_000_000 };

/** `TIER_2K`, `TIER_UNLIMITED`, `UNLIMITED`, -1, 2000 and "2000" all occur; null: none of them. */
export function parseMessagingLimit(raw: unknown): MessagingLimit | null {
  if (typeof raw !== 'string' && typeof raw !== 'number') return null;
  const text = String(raw).trim().toUpperCase();
  if (text === '-1' || text === 'UNLIMITED' || text === 'TIER_UNLIMITED') return 'unlimited';
  const [, digits, unit = ''] = /^(?:TIER_)?(\d{1,12})([KM])?$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * (FACTORS[unit] ?? 1);
}
