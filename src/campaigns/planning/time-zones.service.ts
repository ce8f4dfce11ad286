import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Database } from '../../platform/database/database.js';
import { addZones, zoneById, zonesNamed } from './zones.queries.js';

/** The names of the zones that rows of recipients and slices refer to. A zone that was added stays as it is. */
@Injectable()
export class TimeZones {
  private readonly names = new Map<number, string>();

  constructor(private readonly database: Database) {}

  /** Adds what is missing. */
  async idsOf(tx: EntityManager, names: readonly string[]): Promise<Map<string, number>> {
    const wanted = [...new Set(names)];
    let found = await zonesNamed(tx, wanted);
    if (found.length < wanted.length) {
      await addZones(tx, wanted);
      found = await zonesNamed(tx, wanted);
    }
    return new Map(found.map(({ id, name }) => [name, id]));
  }

  async nameOf(id: number, db: EntityManager = this.database.manager): Promise<string> {
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const zone = await zoneById(db, id);
    if (zone === undefined) throw new Error(`there is no time zone with the id ${id}`);
    this.names.set(id, zone.name);
    return zone.name;
  }
}
