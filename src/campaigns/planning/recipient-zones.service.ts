import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Sql } from '../../platform/database/sql.js';
import { showSameTime } from '../../rules/phone/zone-of-country.js';
import { zoneNamed, zonesOfPrefixes } from '../../rules/phone/zone-of-number.js';
import type { Campaign } from '../campaign/campaign.entity.js';
import { TimeZones } from './time-zones.service.js';
import * as queries from './zones.queries.js';

type Zoned = Pick<Campaign, 'id' | 'organizationId' | 'timeZone' | 'sendInRecipientZone' | 'status'>;

/**
 * Gives the recipients of a campaign their zone: what the profile names, else that of the number's country, else the
 * campaign's. It is set once, when the campaign runs: a profile that changes later moves nobody who is planned already.
 */
@Injectable()
export class RecipientZones {
  constructor(private readonly zones: TimeZones) {}

  /** Before they get their days. The caller holds the campaign. */
  async assign(tx: EntityManager, campaign: Zoned, { isNew = false } = {}): Promise<void> {
    if (!campaign.sendInRecipientZone || campaign.status !== 'active') return;
    const people = {
      organizationId: campaign.organizationId,
      rows: queries.withoutZone(campaign.id, { isNew }),
    };
    if (!(await queries.isAnyWithoutZone(tx, people.rows))) return;
    const named = await this.named(tx, people);
    const prefixes = zonesOfPrefixes();
    const ids = await this.zones.idsOf(tx, [...named.values(), ...prefixes.values(), campaign.timeZone]);
    const idOf = (name: string): number => {
      const id = ids.get(name);
      if (id === undefined) throw new Error(`the time zone ${name} has no id`);
      return id;
    };
    await queries.assignZones(tx, people, {
      bySpelling: mapped(named, idOf),
      byPrefix: mapped(prefixes, idOf),
      own: idOf(campaign.timeZone),
    });
  }

  /** How many of these people have another time than the campaign. It only reads. */
  async countElsewhere(
    tx: EntityManager,
    { organizationId, timeZone }: Pick<Campaign, 'organizationId' | 'timeZone'>,
    rows: Sql,
  ): Promise<number> {
    const people = { organizationId, rows };
    const counts = await queries.countByZone(tx, people, {
      bySpelling: mapped(await this.named(tx, people), (name) => name),
      byPrefix: mapped(zonesOfPrefixes(), (name) => name),
    });
    return counts
      .filter(({ name }) => name !== null && !showSameTime(name, timeZone))
      .reduce((sum, { count }) => sum + count, 0);
  }

  private async named(tx: EntityManager, people: queries.ZonedPeople): Promise<Map<string, string>> {
    const spellings = await queries.spellingsOf(tx, people);
    return new Map(
      spellings.flatMap((spelling) => {
        const zone = zoneNamed(spelling);
        return zone === null ? [] : [[spelling, zone] as const];
      }),
    );
  }
}

function mapped<T>(names: ReadonlyMap<string, string>, to: (name: string) => T): Record<string, T> {
  return Object.fromEntries([...names].map(([key, name]) => [key, to(name)]));
}
