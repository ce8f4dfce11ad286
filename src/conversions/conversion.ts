export type ConversionSource = 'order' | 'api';
export type ConversionTouch = 'click' | 'reply' | 'read' | 'delivered';

export interface Conversion {
  id: string;
  organizationId: string;
  source: ConversionSource;
  externalId: string;
  customerId: string | null;
  name: string;
  value: string;
  paidValue: string;
  reversedValue: string;
  isReversed: boolean;
  currency: string | null;
  occurredAt: Date;
  touch: ConversionTouch | null;
  touchedAt: Date | null;
  recipientId: string | null;
  campaignId: string | null;
  variant: number | null;
  ruleId: string | null;
  messageId: string | null;
  isFinal: boolean;
  createdAt: Date;
}

/** The message that led to it, and how its person touched that message. */
export interface Attribution {
  touch: ConversionTouch;
  touchedAt: Date;
  recipientId: string;
  campaignId: string;
  variant: number | null;
  messageId: string | null;
}
