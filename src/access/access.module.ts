import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessBootstrap } from './access-bootstrap.service.js';
import { AccessService } from './access.service.js';
import { ApiKey } from './api-key.entity.js';
import { AuditController } from './audit.controller.js';
import { AuditEntry } from './audit-entry.entity.js';
import { AuditInterceptor } from './audit.interceptor.js';
import { AuditService } from './audit.service.js';
import { KeyGuard } from './key.guard.js';
import { KeysController } from './keys.controller.js';
import { Organization } from './organization.entity.js';
import { OrganizationSettingsController } from './organization-settings.controller.js';
import { OrganizationSettingsService } from './organization-settings.service.js';
import { OrganizationsController } from './organizations.controller.js';

@Global()
@Module({
  imports: [TypeOrmModule.forFeature([Organization, ApiKey, AuditEntry])],
  providers: [
    AccessService,
    AccessBootstrap,
    AuditService,
    OrganizationSettingsService,
    { provide: APP_GUARD, useClass: KeyGuard },
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
  ],
  exports: [AccessBootstrap, OrganizationSettingsService],
})
export class AccessModule {
  static withRoutes(): DynamicModule {
    return {
      module: AccessModule,
      controllers: [OrganizationsController, OrganizationSettingsController, KeysController, AuditController],
    };
  }
}
