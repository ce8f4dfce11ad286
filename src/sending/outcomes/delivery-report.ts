import type { GraphError } from '../../whatsapp/errors/graph-error.js';

/**
 * What is reported about one attempt to reach a recipient, by Meta's answer to the send, a status webhook, a reply of the
 * person, or a click on its link. `in-doubt`: the answer does not say whether the message was sent. `not-sent`: Meta was never reached.
 */
export type ReportKind =
  | 'accepted'
  | 'held'
  | 'refused'
  | 'in-doubt'
  | 'not-sent'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'played'
  | 'failed'
  | 'replied'
  | 'clicked';

export interface DeliveryReport {
  recipientId: string;
  /** Null: not given, the latest is meant. */
  attempt: number | null;
  kind: ReportKind;
  at: Date;
  wamid: string | null;
  /** With `refused`, `in-doubt`, `not-sent` and `failed`. */
  error: GraphError | null;
  pricing: { category: string | null; type: string | null; billable: boolean | null } | null;
  /** The content of the reply; with `replied` only. */
  reply: { text: string | null; isClick: boolean } | null;
}
