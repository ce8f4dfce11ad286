import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { MovableClock } from '../../platform/clock/movable-clock.js';
import { Database } from '../../platform/database/database.js';
import type { Principal } from '../../platform/http/principal.js';
import { CalendarSettings } from '../../rules/calendar/calendar-settings.js';
import { nextTick } from '../../rules/calendar/cron.js';
import { keyName } from '../keys/keys.queries.js';
import { OrganizationSettingsStore } from '../organizations/organization-settings.service.js';
import { findPerson } from '../people/people.queries.js';
import { csrfTokenOf } from './csrf.js';
import { Installation } from './installation.js';
import type { SessionDto, SessionUserDto } from './session.dto.js';
import type { SessionOf } from './sessions.service.js';

/** Everything that a page needs to know at its start, in one answer. */
@Injectable()
export class SessionFacts {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationSettingsStore,
    private readonly clock: Clock,
    private readonly calendar: CalendarSettings,
    private readonly installation: Installation,
  ) {}

  async of({ principal, endsAt }: SessionOf, token: string): Promise<SessionDto> {
    const now = this.clock.now();
    const { timeZone, dailyRunAt, sendWindow } = this.calendar;
    const organization = await this.organizations.get(principal.organizationId);
    return {
      user: await this.userOf(principal),
      organization: {
        id: organization.id,
        name: organization.name,
        timeZone,
        defaultCountry: organization.defaultCountry,
      },
      scopes: [...principal.scopes],
      csrfToken: csrfTokenOf(token),
      expiresAt: endsAt.toISOString(),
      now: now.toISOString(),
      installation: {
        version: this.installation.version,
        simulator: this.installation.isSimulated,
        clock: this.clock instanceof MovableClock,
        sendWindow,
        dailyRunAt,
        nextRunAt: nextTick(dailyRunAt, timeZone, now).toISOString(),
      },
    };
  }

  private async userOf({ userId, keyId, organizationId }: Principal): Promise<SessionUserDto> {
    const { manager } = this.database;
    if (userId !== null) {
      const person = await findPerson(manager, organizationId, userId);
      if (person !== undefined) {
        return { id: person.id, name: person.name, email: person.email, role: person.role };
      }
    }
    const id = keyId ?? organizationId;
    return { id, name: (await keyName(manager, id)) ?? 'API key', email: null, role: null };
  }
}
