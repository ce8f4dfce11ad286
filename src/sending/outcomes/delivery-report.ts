import type { GraphError } from '../../whatsapp/errors/graph-error.js';

/**
 * What somebody says about one attempt to reach a recipient: Meta's answer to the send, a status webhook, or the
 * person, by replying. `in-doubt`: the answer does not say whether it went. `not-sent`: Meta was never reached.
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
  | 'replied';

export interface DeliveryReport {
  recipientId: string;
  /** Null: not said, and the latest is meant. */
  attempt: number | null;
  kind: ReportKind;
  at: Date;
  wamid: string | null;
  /** With `refused`, `in-doubt`, `not-sent` and `failed`. */
  error: GraphError | null;
  pricing: { category: string | null; type: string | null; billable: boolean | null } | null;
  /** What a reply said; with `replied` only. */
  reply: { text: string | null; isClick: boolean } | null;
}
