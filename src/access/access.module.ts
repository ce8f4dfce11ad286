import { Module } from '@nestjs/common';
import { APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AccessBootstrap } from './keys/access-bootstrap.service.js';
import { Keys } from './keys/keys.service.js';
import { ApiKey } from './keys/api-key.entity.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditEntry } from './audit/audit-entry.entity.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuditRetention } from './audit/audit-retention.service.js';
import { AuditTrail } from './audit/audit.service.js';
import { KeyHook } from './entry/key-hook.service.js';
import { ScopeGuard } from './entry/scope.guard.js';
import { CallerStreams } from './entry/caller-streams.service.js';
import { KeysController } from './keys/keys.controller.js';
import { InstallationClock } from './organizations/installation-clock.service.js';
import { Organization } from './organizations/organization.entity.js';
import { OrganizationSettingsController } from './organizations/organization-settings.controller.js';
import { OrganizationSettingsStore } from './organizations/organization-settings.service.js';
import { Organizations } from './organizations/organizations.service.js';
import { OrganizationsController } from './organizations/organizations.controller.js';
import { FirstOwner } from './people/first-owner.service.js';
import { People } from './people/people.service.js';
import { UsersController } from './people/users.controller.js';
import { MySessionsController } from './sessions/my-sessions.controller.js';
import { SessionFacts } from './sessions/session-facts.service.js';
import { SessionController } from './sessions/session.controller.js';
import { Sessions } from './sessions/sessions.service.js';
import { SignInLimit } from './sessions/sign-in-limit.service.js';
import { TimetableModule } from '../platform/timetable/timetable.module.js';
import { perRole } from '../platform/wiring/per-role.js';

@Module({})
export class AccessModule {
  static readonly for = perRole(
    () => AccessModule,
    ({ inApi, inWorker }) => ({
      imports: [TypeOrmModule.forFeature([Organization, ApiKey, AuditEntry]), ...inWorker(TimetableModule)],
      controllers: inApi(
        OrganizationsController,
        OrganizationSettingsController,
        KeysController,
        AuditController,
        SessionController,
        // Before the routes with an id: `me` is none.
        MySessionsController,
        UsersController,
      ),
      providers: [
        Keys,
        KeyHook,
        People,
        FirstOwner,
        Sessions,
        SessionFacts,
        SignInLimit,
        CallerStreams,
        Organizations,
        AccessBootstrap,
        InstallationClock,
        AuditTrail,
        ...inWorker(AuditRetention),
        OrganizationSettingsStore,
        { provide: APP_GUARD, useClass: ScopeGuard },
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
      ],
      exports: [AccessBootstrap, CallerStreams, OrganizationSettingsStore],
    }),
  );
}
