import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import * as queries from './audit.queries.js';

@Injectable()
export class AuditTrail {
  constructor(private readonly database: Database) {}

  /** Newest first, from the row after `before`. */
  async list(
    organizationId: string,
    filter: queries.AuditFilter,
    place: { before: string | undefined; limit: number; offset: number },
  ): Promise<queries.AuditRow[]> {
    return queries.listAudit(this.database.manager, organizationId, filter, place);
  }

  async count(organizationId: string, filter: queries.AuditFilter): Promise<number> {
    return queries.countAudit(this.database.manager, organizationId, filter);
  }
}
