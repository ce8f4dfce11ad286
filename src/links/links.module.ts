import { Module } from '@nestjs/common';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { ButtonPresses } from './button-presses.service.js';
import { ClickInbox } from './click-inbox.service.js';
import { ClickLedger } from './click-ledger.service.js';
import { ClickRetention } from './click-retention.service.js';
import { LinkRetention } from './link-retention.service.js';
import { LinkTokens } from './link-tokens.service.js';
import { TrackedLinks } from './tracked-links.service.js';

@Module({})
export class LinksModule {
  static readonly for = perRole(
    () => LinksModule,
    ({ inApi, inWorker }) => ({
      imports: inWorker(TimetableModule),
      providers: [
        ...[TrackedLinks, LinkTokens, ButtonPresses],
        ...inApi(ClickInbox),
        ...inWorker(ClickLedger, ClickRetention, LinkRetention),
      ],
      exports: [...[TrackedLinks, LinkTokens, ButtonPresses], ...inApi(ClickInbox), ...inWorker(ClickLedger)],
    }),
  );
}
