/** What Meta did to a template that can no longer be sent. A template in review, or edited, can still be sent. */
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

/** Why a template of this status cannot be sent, for operators; null: it can, or Meta has not decided yet. */
export function lossOf(
  { name, language }: { name: string; language: string },
  status: string,
  reason: string | null,
): string | null {
  const loss = LOST[status];
  if (loss === undefined) return null;
  return `The template ${name} (${language}) ${loss}${reason === null ? '' : ` (${reason})`}.`;
}
