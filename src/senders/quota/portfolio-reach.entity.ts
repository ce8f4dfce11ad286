import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Portfolio } from '../accounts/portfolio.entity.js';

/** One person whom a portfolio has written to, as Meta's messaging limit counts people. */
@Entity('portfolio_reach')
@Index('portfolio_reach_counted_idx', ['portfolioId', 'countedAt'])
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

  /** Other times within the day at which they were counted: what a refusal of the latest falls back to. */
  @Column('timestamptz', { array: true, default: () => "'{}'" })
  earlier!: Date[];
}
