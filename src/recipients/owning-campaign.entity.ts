import { Entity, PrimaryColumn } from 'typeorm';

/**
 * The campaign as far as this floor knows it: what a recipient's foreign key points to. Its columns and how they
 * are kept belong to the floor above, which maps the same table in full.
 */
@Entity('marketing_campaigns', { synchronize: false })
export class OwningCampaign {
  @PrimaryColumn('uuid')
  id!: string;
}
