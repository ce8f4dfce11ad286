import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProfileMerges } from '../customers/people/profile-merges.service.js';
import { passOnRecipients } from './met-before.queries.js';

/** Recipients follow their customer when two profiles turn out to be one person. */
@Injectable()
export class RecipientMerges implements OnModuleInit {
  constructor(private readonly merges: ProfileMerges) {}

  onModuleInit(): void {
    this.merges.follow((tx, { from, to }) => passOnRecipients(tx, from, to));
  }
}
