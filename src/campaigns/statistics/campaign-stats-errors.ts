import { classify } from '../../whatsapp/errors/classify-error.js';

export interface ExplainedError {
  code: number | null;
  count: number;
  title: string;
  meaning: string;
  scope: string;
  action: string;
}

/** What the code means at Meta, and what happened to the recipients. */
export function explainError({ code, count }: { code: number | null; count: number }): ExplainedError {
  if (code === null) {
    return {
      code,
      count,
      title: 'Not told by Meta',
      meaning:
        'These recipients failed without a code of Meta’s: no answer came in time, or the message could not be made. Their failure reason says which.',
      scope: 'recipient',
      action: 'fail',
    };
  }
  // The failure of a failed recipient is certain, as in a `failed` status.
  const { title, explanation, scope, action } = classify({ code, asynchronous: true });
  return { code, count, title, meaning: explanation, scope, action: action.kind };
}
