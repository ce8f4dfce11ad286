import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { perRole } from '../platform/wiring/per-role.js';
import { ImportPreviewsController } from './import-previews.controller.js';
import { ImportPreviews } from './import-previews.service.js';

@Module({})
export class ImportsModule {
  static readonly for = perRole(
    () => ImportsModule,
    ({ inApi, role }) => ({
      imports: [AccessModule.for(role), CatalogModule.for(role)],
      controllers: inApi(ImportPreviewsController),
      providers: inApi(ImportPreviews),
    }),
  );
}
