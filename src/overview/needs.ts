/** What waits for a person. Texts are for people; `kind` is for programs. */
export const NEED_KINDS = [
  'sender_unverified',
  'sender_paused',
  'sender_quality',
  'campaign_failed',
  'campaign_paused',
  'orders_waiting',
  'orders_flagged',
] as const;
export type NeedKind = (typeof NEED_KINDS)[number];

export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Need {
  kind: NeedKind;
  severity: Severity;
  /** Null: it is about many objects, or none. */
  objectId: string | null;
  text: string;
  since: Date | null;
}

interface Troubled {
  id: string;
  name: string;
  status: string;
  reason: string | null;
  since: Date;
}

interface TroubledNumber extends Troubled {
  isVerified: boolean;
  quality: string | null;
}

interface Open {
  count: number;
  since: Date | null;
}

const QUALITY = new Map([
  ['YELLOW', 'medium'],
  ['RED', 'low'],
]);

export interface Troubles {
  senders: readonly TroubledNumber[];
  campaigns: readonly Troubled[];
  /** Null: the caller may not see orders. */
  orders: { waiting: Open; flagged: Open; most: number } | null;
}

/** The worst first. */
export function needsOf({ senders, campaigns, orders }: Troubles): Need[] {
  const needs = [
    ...senders.map(needOfSender),
    ...campaigns.map(needOfCampaign),
    ...(orders === null
      ? []
      : [
          ...needOfOrders('orders_flagged', orders.flagged, orders.most),
          ...needOfOrders('orders_waiting', orders.waiting, orders.most),
        ]),
  ];
  return SEVERITIES.flatMap((severity) => needs.filter((need) => need.severity === severity));
}

function needOfSender({ id, name, isVerified, status, reason, quality, since }: TroubledNumber): Need {
  const about = { objectId: id, since };
  if (!isVerified) {
    const text = because(`Meta has not confirmed the number "${name}"`, reason);
    return { kind: 'sender_unverified', severity: 'error', text, ...about };
  }
  if (status !== 'active') {
    return {
      kind: 'sender_paused',
      severity: 'error',
      text: because(`The number "${name}" is paused`, reason),
      ...about,
    };
  }
  const level = QUALITY.get(quality ?? '') ?? 'not known';
  const text = `The quality of the number "${name}" is ${level}.`;
  return { kind: 'sender_quality', severity: quality === 'RED' ? 'error' : 'warning', text, ...about };
}

function needOfCampaign({ id, name, status, reason, since }: Troubled): Need {
  const about = { objectId: id, since };
  return status === 'failed'
    ? {
        kind: 'campaign_failed',
        severity: 'error',
        text: because(`The campaign "${name}" has failed`, reason),
        ...about,
      }
    : {
        kind: 'campaign_paused',
        severity: 'warning',
        text: because(`The campaign "${name}" is paused`, reason),
        ...about,
      };
}

function needOfOrders(
  kind: 'orders_flagged' | 'orders_waiting',
  { count, since }: Open,
  most: number,
): Need[] {
  if (count === 0) return [];
  const orders = `${count === most ? 'At least ' : ''}${count} ${count === 1 ? 'order' : 'orders'}`;
  const isFlagged = kind === 'orders_flagged';
  const text = isFlagged
    ? `${orders} ${count === 1 ? 'has' : 'have'} something to look at.`
    : `${orders} ${count === 1 ? 'waits' : 'wait'} to be confirmed.`;
  return [{ kind, severity: isFlagged ? 'warning' : 'info', objectId: null, text, since }];
}

function because(what: string, reason: string | null): string {
  return reason === null || reason === '' ? `${what}.` : `${what}: ${reason}`;
}
