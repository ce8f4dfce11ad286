import { Module } from '@nestjs/common';
import { perRole } from '../platform/wiring/per-role.js';
import { OverviewController } from './overview.controller.js';
import { Overviews } from './overview.service.js';

@Module({})
export class OverviewModule {
  static readonly for = perRole(
    () => OverviewModule,
    ({ inApi }) => ({
      controllers: inApi(OverviewController),
      providers: inApi(Overviews),
    }),
  );
}
