import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Sender } from '../../senders/accounts/sender.entity.js';

/** When a person last wrote to one of our numbers: for 24 hours from then on we may message them freely. */
@Entity('whatsapp_conversations')
@Index('whatsapp_conversations_customer_idx', ['customerId'], { where: 'customer_id IS NOT NULL' })
export class Conversation {
  @ForeignKey(() => Sender, { name: 'whatsapp_conversations_sender_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'sender_id', primaryKeyConstraintName: 'whatsapp_conversations_pkey' })
  senderId!: string;

  /** E.164 in its canonical spelling, or the user id when the number is unknown. */
  @PrimaryColumn('varchar', { length: 160, primaryKeyConstraintName: 'whatsapp_conversations_pkey' })
  contact!: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId!: string;

  @Column('uuid', { name: 'customer_id', nullable: true })
  customerId!: string | null;

  @Column('timestamptz', { name: 'last_inbound_at' })
  lastInboundAt!: Date;
}
