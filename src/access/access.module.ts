import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessBootstrap } from './keys/access-bootstrap.service.js';
import { AccessService } from './keys/keys.service.js';
import { ApiKey } from './keys/api-key.entity.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuditService } from './audit/audit.service.js';
import { KeyGuard } from './key.guard.js';
import { KeysController } from './keys/keys.controller.js';
import { Organization } from './organizations/organization.entity.js';
import { OrganizationSettingsController } from './organizations/organization-settings.controller.js';
import { OrganizationSettingsService } from './organizations/organization-settings.service.js';
import { OrganizationsController } from './organizations/organizations.controller.js';

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
