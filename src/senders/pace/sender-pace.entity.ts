import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Sender } from '../accounts/sender.entity.js';

/** How far ahead a number's messages per second are allocated, shared by all workers. */
@Entity('sender_pace')
export class SenderPace {
  @ForeignKey(() => Sender, { name: 'sender_pace_sender_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'sender_id', primaryKeyConstraintName: 'sender_pace_pkey' })
  senderId!: string;

  /** The next message may be sent from this instant. */
  @Column('timestamptz', { name: 'free_at' })
  freeAt!: Date;

  /** The rate that Meta's refusals lowered it to, and when. It grows back from there. */
  @Column('double precision', { name: 'lowered_to', nullable: true })
  loweredTo!: number | null;

  @Column('timestamptz', { name: 'lowered_at', nullable: true })
  loweredAt!: Date | null;

  @Column('timestamptz', { name: 'held_until', nullable: true })
  heldUntil!: Date | null;
}
