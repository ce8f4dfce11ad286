import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Sender } from '../accounts/sender.entity.js';

/** How far a number's messages per second are given out, shared by all workers. */
@Entity('sender_pace')
export class SenderPace {
  @ForeignKey(() => Sender, { name: 'sender_pace_sender_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'sender_id', primaryKeyConstraintName: 'sender_pace_pkey' })
  senderId!: string;

  /** From this instant on the next message may go. */
  @Column('timestamptz', { name: 'free_at' })
  freeAt!: Date;

  /** The rate Meta's refusals brought it down to, and when: from there it grows back. */
  @Column('double precision', { name: 'lowered_to', nullable: true })
  loweredTo!: number | null;

  @Column('timestamptz', { name: 'lowered_at', nullable: true })
  loweredAt!: Date | null;

  @Column('timestamptz', { name: 'held_until', nullable: true })
  heldUntil!: Date | null;
}
