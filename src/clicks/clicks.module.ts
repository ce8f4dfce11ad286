import { Module } from '@nestjs/common';
import { EventsModule } from '../events/events.module.js';
import { LinksModule } from '../links/links.module.js';
import { DescribesPaths } from '../platform/openapi/document.js';
import { perRole } from '../platform/wiring/per-role.js';
import { SendingModule } from '../sending/sending.module.js';
import { ClickApplier } from './click-applier.service.js';
import { ClickEffects } from './click-effects.service.js';
import { Destinations } from './destinations.service.js';
import { LINK_PATHS } from './link-paths.js';
import { LinkRoutes } from './link.routes.js';

@DescribesPaths(LINK_PATHS)
@Module({})
export class ClicksModule {
  static readonly for = perRole(
    () => ClicksModule,
    ({ inApi, inWorker, role }) => ({
      imports: [LinksModule.for(role), EventsModule.for(role), SendingModule.for(role)],
      providers: [...inApi(Destinations, LinkRoutes), ...inWorker(ClickEffects, ClickApplier)],
    }),
  );
}
