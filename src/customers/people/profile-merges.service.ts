import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface MergedProfile {
  organizationId: string;
  /** This profile goes. */
  from: string;
  /** Its person is this one. */
  to: string;
}

/** What a feature on a higher floor does in the transaction that makes two profiles one. */
export type FollowMerge = (tx: EntityManager, merged: MergedProfile) => Promise<void>;

/** Those who keep the ids of customers: they follow when two profiles turn out to be one person. */
@Injectable()
export class ProfileMerges {
  private readonly followers: FollowMerge[] = [];

  /** In `onModuleInit`, in every role. */
  follow(follower: FollowMerge): void {
    this.followers.push(follower);
  }

  async tell(tx: EntityManager, merged: MergedProfile): Promise<void> {
    for (const follower of this.followers) await follower(tx, merged);
  }
}
