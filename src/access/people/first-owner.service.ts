import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { AccessBootstrap } from '../keys/access-bootstrap.service.js';
import { People } from './people.service.js';

/** The one-use link that makes the owner of a new installation. */
@Injectable()
export class FirstOwner {
  constructor(
    private readonly people: People,
    private readonly bootstrap: AccessBootstrap,
    private readonly config: Config,
  ) {}

  /** Undefined once anyone can sign in. The token stands behind `#`, so it reaches no log of a server. */
  async link(): Promise<string | undefined> {
    const token = await this.people.firstOwnerToken(this.bootstrap.defaultOrganizationId);
    return token === undefined ? undefined : `${this.config.publicUrl}/console/welcome#${token}`;
  }
}
