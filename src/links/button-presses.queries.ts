import type { EntityManager } from 'typeorm';
import { rowsOf, sql } from '../platform/database/sql.js';
import type { PressedButton } from './link-figures.js';

export interface ButtonPress {
  campaignId: string;
  text: string;
}

/** In the order of the keys, so that two transactions with the same buttons wait and do not block each other. */
export async function addPresses(tx: EntityManager, presses: readonly ButtonPress[]): Promise<void> {
  await rowsOf(
    tx,
    sql`INSERT INTO campaign_buttons AS kept (campaign_id, text, presses)
        SELECT p.campaign_id, p.text, count(*)::int
          FROM unnest(${presses.map(({ campaignId }) => campaignId)}::uuid[], ${presses.map(({ text }) => text)}::text[])
            AS p (campaign_id, text)
         GROUP BY 1, 2 ORDER BY 1, 2
            ON CONFLICT (campaign_id, text) DO UPDATE SET presses = kept.presses + excluded.presses`,
  );
}

export async function pressesOf(db: EntityManager, campaignId: string): Promise<PressedButton[]> {
  return rowsOf(
    db,
    sql`SELECT text, presses AS count FROM campaign_buttons
         WHERE campaign_id = ${campaignId} ORDER BY presses DESC, text LIMIT 50`,
  );
}
