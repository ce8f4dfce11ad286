import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Portfolio } from '../accounts/portfolio.entity.js';

/** One person that a portfolio has messaged, as Meta's messaging limit counts people. */
@Entity('portfolio_reach')
@Index('portfolio_reach_counted_idx', ['portfolioId', 'countedAt'])
@Index('portfolio_reach_direct_idx', ['portfolioId', 'countedAt'], { where: 'is_direct' })
export class PortfolioReach {
  @ForeignKey(() => Portfolio, { name: 'portfolio_reach_portfolio_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'portfolio_id', primaryKeyConstraintName: 'portfolio_reach_pkey' })
  portfolioId!: string;

  @PrimaryColumn('varchar', {
    name: 'phone_number',
    length: 16,
    primaryKeyConstraintName: 'portfolio_reach_pkey',
  })
  phoneNumber!: string;

  @Column('timestamptz', { name: 'counted_at' })
  countedAt!: Date;

  /** A message outside campaigns reached them first: they count for the reserve. */
  @Column('boolean', { name: 'is_direct', default: false })
  isDirect!: boolean;

  /** Other times within the day at which the person was counted: a refusal of the latest falls back to them. */
  @Column('timestamptz', { array: true, default: () => "'{}'" })
  earlier!: Date[];
}
