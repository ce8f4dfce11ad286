import { parseTimeZone } from '../../rules/calendar/time-zone.js';
import type { AccountBlocks } from '../accounts/account-blocks.js';
import type { PauseSource, SenderStatus } from '../accounts/sender-status.js';
import { STANDARD_THROUGHPUT, throughputOf } from '../accounts/throughput.js';

export interface NewSender {
  name: string;
  phoneNumberId: string;
  businessAccountId?: string;
  metaBusinessId?: string;
  accessToken: string;
  appSecret?: string;
  throughputPerSecond?: number;
  isDefault?: boolean;
  usesMarketingApi?: boolean;
  /** Null: that of the installation. */
  accountTimeZone?: string | null;
}

/** Omitted fields keep their value. */
export interface SenderChanges extends Partial<Omit<NewSender, 'throughputPerSecond'>> {
  /** Null: follow Meta's level again. */
  throughputPerSecond?: number | null;
  status?: SenderStatus;
  lateDeliveryAllowance?: number;
  directReserve?: number;
}

/** What only the environment sets on the sender that it describes. */
export const ENVIRONMENT_FIELDS = [
  'phoneNumberId',
  'businessAccountId',
  'metaBusinessId',
  'accessToken',
  'appSecret',
] as const;

/** In its usual spelling, or refused. */
export function clockOf(zone: string | null | undefined): { accountTimeZone?: string | null } {
  if (zone === undefined) return {};
  return { accountTimeZone: zone === null ? null : parseTimeZone(zone) };
}

/** Null returns the number to Meta's level. */
export function throughputChange(
  { throughputLevel }: { throughputLevel: string | null },
  wanted: number | null,
): { throughputPerSecond: number; throughputIsManual: boolean } {
  if (wanted !== null) return { throughputPerSecond: wanted, throughputIsManual: true };
  const throughputPerSecond = throughputOf(throughputLevel) ?? STANDARD_THROUGHPUT;
  return { throughputPerSecond, throughputIsManual: false };
}

interface StatusChange {
  status: SenderStatus;
  statusReason: string | null;
  pausedBy: PauseSource | null;
  pausedUntil: null;
  accountBlocks?: AccountBlocks;
}

/** An operator takes over any existing pause: it then ends when an operator resumes the number, not on its own. */
export function statusChange(status: SenderStatus): StatusChange {
  return status === 'active'
    ? { status, statusReason: null, pausedBy: null, pausedUntil: null, accountBlocks: {} }
    : { status, statusReason: 'Paused by an operator.', pausedBy: 'operator', pausedUntil: null };
}
