/** What Meta has done to a template that nobody may send any more. One in review, or edited, may still be sent. */
const LOST: Readonly<Record<string, string>> = {
  PAUSED: 'was paused by Meta',
  DISABLED: 'was disabled by Meta',
  REJECTED: 'was rejected by Meta',
  IN_APPEAL: 'was rejected by Meta and is being appealed',
  LIMIT_EXCEEDED: 'is over a limit of Meta',
  ARCHIVED: 'was archived',
  PENDING_DELETION: 'is being deleted',
  DELETED: 'was deleted',
};

/** Why a template of this status cannot be sent, for an operator to read; null: it can, or Meta has not judged yet. */
export function lossOf(
  { name, language }: { name: string; language: string },
  status: string,
  reason: string | null,
): string | null {
  const loss = LOST[status];
  if (loss === undefined) return null;
  return `The template ${name} (${language}) ${loss}${reason === null ? '' : ` (${reason})`}.`;
}
