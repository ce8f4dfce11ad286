import { Integer, Nested, NestedList, Text, Uuid } from '../../platform/http/fields.js';
import type { StatsSums } from '../statistics/product-stats.queries.js';
import type { CatalogStats, Stats } from '../statistics/product-stats.service.js';

export class StatsQuery {
  @Text({
    optional: true,
    max: 10,
    example: '2025-06-01',
    description: 'First day; by default 30 days before the end',
  })
  from?: string;

  @Text({ optional: true, max: 10, example: '2025-06-30', description: 'Last day; by default today' })
  to?: string;
}

export class StatsSumsDto {
  @Integer({ description: 'Times it was sent' })
  shares!: number;

  @Integer({ description: 'Enquiries about it, and clicks that Meta reports' })
  views!: number;

  @Integer({ description: 'Lines in carts and order messages' })
  cartAdds!: number;

  @Integer({ description: 'Pieces in confirmed orders, less cancelled and returned ones' })
  units!: number;

  @Integer()
  orders!: number;

  @Text({ example: '90000.00' })
  revenue!: string;
}

export class StatsDayDto extends StatsSumsDto {
  @Text({ example: '2025-06-30' })
  date!: string;
}

export class CampaignSalesDto extends StatsSumsDto {
  @Uuid()
  campaignId!: string;
}

export class BestProductDto extends StatsSumsDto {
  @Uuid()
  productId!: string;

  @Text({ nullable: true, description: 'null: it has been deleted' })
  sku!: string | null;

  @Text({ nullable: true })
  name!: string | null;
}

export class ProductStatsDto {
  @Text({ example: '2025-06-01' })
  from!: string;

  @Text({ example: '2025-06-30' })
  to!: string;

  @Nested(() => StatsSumsDto)
  sums!: StatsSumsDto;

  @NestedList(() => StatsDayDto, { description: 'Every day, in order' })
  series!: StatsDayDto[];

  static of({ range, sums, series }: Stats): ProductStatsDto {
    return {
      ...range,
      sums: sumsOf(sums),
      series: series.map((day) => ({ date: day.date, ...sumsOf(day) })),
    };
  }
}

export class CatalogStatsDto extends ProductStatsDto {
  @NestedList(() => CampaignSalesDto, { description: 'The 100 campaigns that brought the most revenue' })
  byCampaign!: CampaignSalesDto[];

  @NestedList(() => BestProductDto, { description: 'The 20 products that brought the most revenue' })
  products!: BestProductDto[];

  static ofCatalog(stats: CatalogStats): CatalogStatsDto {
    return Object.assign(ProductStatsDto.of(stats), {
      byCampaign: stats.byCampaign.map((row) => ({ campaignId: row.campaignId, ...sumsOf(row) })),
      products: stats.bestProducts.map((row) => ({
        productId: row.productId,
        sku: row.sku,
        name: row.name,
        ...sumsOf(row),
      })),
    });
  }
}

function sumsOf({ shares, views, cartAdds, units, orders, revenue }: StatsSums): StatsSums {
  return { shares, views, cartAdds, units, orders, revenue };
}
