import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { AccessBootstrap } from '../access/keys/access-bootstrap.service.js';
import type { Config } from '../platform/config/config.js';
import { CONFIG } from '../platform/config/config.module.js';
import { SendersService } from './directory/senders.service.js';

/** The sender described by WHATSAPP_* belongs to the first organization and is there from the first second on. */
@Injectable()
export class EnvironmentSender implements OnApplicationBootstrap {
  constructor(
    private readonly senders: SendersService,
    private readonly access: AccessBootstrap,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { accessToken, phoneNumberId, businessAccountId, appSecret, metaBusinessId } = this.config.whatsapp;
    if (accessToken === undefined || phoneNumberId === undefined) return;
    await this.senders.putFromEnvironment(this.access.defaultOrganizationId, {
      name: 'Default sender',
      phoneNumberId,
      accessToken,
      ...(businessAccountId === undefined ? {} : { businessAccountId }),
      ...(appSecret === undefined ? {} : { appSecret }),
      ...(metaBusinessId === undefined ? {} : { metaBusinessId }),
    });
  }
}
