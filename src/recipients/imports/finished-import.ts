import type { RecipientImport } from './recipient-import.entity.js';

/** What the event of its end says: the import as its API shows it. */
export function finishedImport(row: RecipientImport): Record<string, unknown> {
  const { id, campaignId, status, fileName, rowsRead, rowsAdded, rowsKnown, rowsFailed, failureReason } = row;
  const warnings = [
    { code: 'us_marketing_restricted', count: row.rowsRestricted },
    { code: 'unsubscribed', count: row.rowsUnsubscribed },
  ];
  return {
    ...{
      importKind: 'recipients',
      id,
      campaignId,
      status,
      fileName,
      rowsRead,
      rowsAdded,
      rowsKnown,
      rowsFailed,
    },
    warnings: warnings.filter(({ count }) => count > 0),
    failureReason,
    startedAt: row.startedAt.toISOString(),
    progressAt: row.progressAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
