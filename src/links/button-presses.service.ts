import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../platform/database/database.js';
import { fit } from '../platform/database/storable-text.js';
import type { PressedButton } from './link-figures.js';
import * as queries from './button-presses.queries.js';

export type { ButtonPress } from './button-presses.queries.js';

const LONGEST = 256;

/** How often the quick replies of a campaign were pressed. */
@Injectable()
export class ButtonPresses {
  constructor(private readonly database: Database) {}

  async add(tx: EntityManager, presses: readonly queries.ButtonPress[]): Promise<void> {
    if (presses.length === 0) return;
    await queries.addPresses(
      tx,
      presses.map(({ campaignId, text }) => ({ campaignId, text: fit(text, LONGEST) })),
    );
  }

  /** The most pressed first. The caller has found the campaign in its organization. */
  async of(campaignId: string): Promise<PressedButton[]> {
    return queries.pressesOf(this.database.manager, campaignId);
  }
}
