import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { OrganizationSettingsStore } from '../access/organizations/organization-settings.service.js';
import { Clock } from '../platform/clock/clock.js';
import { Database } from '../platform/database/database.js';
import { CalendarSettings } from '../rules/calendar/calendar-settings.js';
import { dayAt } from '../rules/calendar/day.js';
import { DomainError, notFound } from '../rules/errors/domain-error.js';
import { uuidV7 } from '../rules/ids/uuid-v7.js';
import { formatMoney, parseMoney } from '../rules/money/money.js';
import { Attributions } from './attributions.service.js';
import {
  type CheckedConversion,
  checkConversion,
  type ConversionRefusal,
  type ToldConversion,
} from './check-conversion.js';
import type { Conversion } from './conversion.js';
import { ConversionPeople, type ConversionPerson } from './conversion-people.service.js';
import * as queries from './conversions.queries.js';

export interface RecordedConversions {
  recorded: number;
  duplicates: number;
  /** Of the recorded ones, those that belong to no campaign. */
  unattributed: number;
  invalid: (ConversionRefusal & { index: number; id: string })[];
}

type Known = CheckedConversion & { index: number };

/** Takes what callers know of: each once by its id, and the good ones of a list whatever the others are. */
@Injectable()
export class Conversions {
  constructor(
    private readonly database: Database,
    private readonly settings: OrganizationSettingsStore,
    private readonly people: ConversionPeople,
    private readonly attributions: Attributions,
    private readonly calendar: CalendarSettings,
    private readonly clock: Clock,
  ) {}

  async recordOne(organizationId: string, told: ToldConversion): Promise<RecordedConversions> {
    const result = await this.record(organizationId, [told]);
    const [refusal] = result.invalid;
    if (refusal !== undefined) throw new DomainError('rule', refusal.code, refusal.message);
    return result;
  }

  async record(organizationId: string, told: readonly ToldConversion[]): Promise<RecordedConversions> {
    const { defaultCountry } = await this.settings.get(organizationId);
    const now = this.clock.now();
    const checked = told.map((one) =>
      checkConversion(one, { now, defaultCountry: defaultCountry ?? undefined }),
    );
    const invalid: RecordedConversions['invalid'] = [];
    const good: Known[] = [];
    for (const [index, one] of checked.entries()) {
      if ('code' in one) invalid.push({ index, id: told[index]?.id ?? '', ...one });
      else good.push({ ...one, index });
    }
    return this.database.transaction(async (tx) => {
      const result = await this.write(tx, organizationId, good);
      const refused = [...invalid, ...result.invalid].sort((a, b) => a.index - b.index);
      return { ...result, invalid: refused };
    });
  }

  /** Takes back part of it, or all. The value is how much in all: a repeated call changes nothing. */
  async reverse(organizationId: string, externalId: string, value?: string | number): Promise<Conversion> {
    return this.database.transaction(async (tx) => {
      const conversion = await queries.lockByExternalId(tx, organizationId, externalId);
      if (conversion === undefined) throw notFound('conversion', externalId);
      const whole = parseMoney(conversion.value);
      const back = value === undefined ? whole : parseMoney(value);
      if (back > whole) {
        const detail = `The conversion is worth ${conversion.value}: no more can be taken back.`;
        throw new DomainError('rule', 'reversal_too_large', detail, {
          errors: [{ field: 'value', message: `must be at most ${conversion.value}` }],
        });
      }
      await queries.reverse(tx, conversion.id, { value: formatMoney(back), isWhole: back === whole });
      const [after] = await queries.conversionsById(tx, [conversion.id]);
      return after ?? conversion;
    });
  }

  async list(
    organizationId: string,
    campaignId: string | undefined,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<Conversion[]> {
    return queries.listConversions(this.database.manager, organizationId, campaignId, place);
  }

  async count(organizationId: string, campaignId: string | undefined): Promise<number> {
    return queries.countConversions(this.database.manager, organizationId, campaignId);
  }

  private async write(
    tx: EntityManager,
    organizationId: string,
    good: readonly Known[],
  ): Promise<RecordedConversions> {
    const known = await queries.knownIds(
      tx,
      organizationId,
      good.map(({ id }) => id),
    );
    // Under one id twice in a list: the first counts.
    const first = new Map(good.toReversed().map((one) => [one.id, one]));
    const fresh = good.filter((one) => first.get(one.id) === one && !known.has(one.id));
    const people = await this.people.of(tx, organizationId, fresh);
    const invalid: RecordedConversions['invalid'] = [];
    const taken: { conversion: Known; person: ConversionPerson; id: string }[] = [];
    for (const [place, conversion] of fresh.entries()) {
      const person = people[place];
      if (person === undefined) continue;
      if ('code' in person) invalid.push({ index: conversion.index, id: conversion.id, ...person });
      else taken.push({ conversion, person, id: uuidV7() });
    }
    const rows = await this.attributed(tx, organizationId, taken);
    const recipientIds = [...new Set(rows.flatMap(({ attribution }) => attribution?.recipientId ?? []))];
    await this.attributions.lock(tx, recipientIds);
    const newIds =
      rows.length === 0
        ? new Set<string>()
        : await queries.insertConversions(tx, organizationId, rows, this.clock.now());
    await this.attributions.settle(tx, { recipientIds, newIds: [...newIds] });
    const written = rows.filter(({ id }) => newIds.has(id));
    return {
      recorded: written.length,
      duplicates: good.length - invalid.length - written.length,
      unattributed: written.filter(({ attribution }) => attribution === null).length,
      invalid,
    };
  }

  private async attributed(
    tx: EntityManager,
    organizationId: string,
    taken: readonly { conversion: Known; person: ConversionPerson; id: string }[],
  ): Promise<queries.NewConversion[]> {
    const phones = new Map(taken.map(({ id, person }) => [id, person.phone]));
    const touches = await this.attributions.touchesOf(
      tx,
      taken
        .filter(({ person }) => person.named === null)
        .map(({ id, person: { customerId }, conversion: { occurredAt } }) => ({
          ...{ id, organizationId, customerId, occurredAt },
        })),
      (id) => phones.get(id) ?? null,
    );
    return taken.map(({ id, conversion, person: { customerId, named } }) => {
      const { id: externalId, name, value, currency, occurredAt } = conversion;
      const day = dayAt(occurredAt, this.calendar.timeZone);
      const look = named === null ? this.attributions.nextLook(occurredAt) : { isFinal: true, lookAt: null };
      const attribution = named ?? touches.get(id) ?? null;
      return { id, externalId, customerId, name, value, currency, occurredAt, day, attribution, ...look };
    });
  }
}
