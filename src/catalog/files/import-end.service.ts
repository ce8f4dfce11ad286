import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DomainEvents } from '../../events/domain-events.service.js';
import { ProductImportDto } from './product-import.dto.js';
import type { ProductImport } from './product-import.entity.js';
import * as queries from './product-import.queries.js';

/** How an import ends, as a row and as an event. */
@Injectable()
export class ProductImportEnd {
  constructor(private readonly events: DomainEvents) {}

  async note(
    tx: EntityManager,
    place: queries.ImportPlace,
    id: string,
    end: { status: ProductImport['status']; reason: string | null; now: Date },
  ): Promise<void> {
    const { organizationId } = place;
    await queries.finishImport(tx, organizationId, id, end);
    if (!this.events.wanted(organizationId, 'import.finished')) return;
    const row = await queries.findImport(tx, place, id);
    if (row === undefined) return;
    const data = { ...Object.fromEntries(Object.entries(ProductImportDto.of(row))), importKind: 'products' };
    const about = { organizationId, customerId: null, objectId: id, occurredAt: end.now };
    await this.events.record(tx, [{ ...about, kind: 'import.finished', data }]);
  }
}
