import { Module } from '@nestjs/common';
import { CampaignsModule } from '../campaigns/campaigns.module.js';
import { CustomersModule } from '../customers/customers.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { ActivityController } from './activity.controller.js';
import { RepliesController } from './replies.controller.js';
import { Activity } from './activity.service.js';

@Module({})
export class ActivityModule {
  static readonly for = perRole(
    () => ActivityModule,
    ({ inApi, role }) => ({
      imports: [CampaignsModule.for(role), CustomersModule.for(role)],
      controllers: inApi(ActivityController, RepliesController),
      providers: inApi(Activity),
    }),
  );
}
