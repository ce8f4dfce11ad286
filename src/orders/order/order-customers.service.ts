import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ProfileMerges } from '../../customers/people/profile-merges.service.js';
import { passOn } from './order-customers.queries.js';

/** Orders and carts follow their customer when two profiles turn out to be one person. */
@Injectable()
export class OrderCustomers implements OnModuleInit {
  constructor(private readonly merges: ProfileMerges) {}

  onModuleInit(): void {
    this.merges.follow((tx, { organizationId, from, to }) => passOn(tx, organizationId, from, to));
  }
}
