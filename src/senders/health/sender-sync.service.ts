import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/clock.js';
import { META_ID } from '../../rules/ids/meta-id.js';
import { Logger } from '../../platform/logging/logger.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { asObject, asText } from '../../whatsapp/json/json-fields.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';
import { NumberStates } from './number-states.service.js';
import { NUMBER_FIELDS, type NumberState, readNumberState } from './number-state.js';
import { isStandIn } from '../accounts/portfolio.entity.js';
import { SenderVerification } from './sender-verification.service.js';
import { type SenderCredentials, Senders, type SenderWithPortfolio } from '../directory/senders.service.js';

export type SyncedSender = SenderWithPortfolio & { warnings: string[] };

/** Updates a number with what Meta reports about it. */
@Injectable()
export class SenderSync {
  constructor(
    private readonly senders: Senders,
    private readonly graph: GraphClient,
    private readonly states: NumberStates,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly verification: SenderVerification,
  ) {}

  async sync(organizationId: string, senderId: string): Promise<SyncedSender> {
    await this.verification.verify(organizationId, senderId);
    const credentials = await this.senders.credentialsOf(organizationId, senderId);
    const { portfolio } = await this.senders.get(organizationId, senderId);
    const askedAt = this.clock.now();
    const state = await this.ask(credentials);
    const isPlaced = portfolio !== null && !isStandIn(portfolio);
    const businessId = isPlaced ? undefined : await this.businessOf(credentials, state);
    const move = { from: portfolio?.id ?? null, businessId, askedAt };
    await this.states.store(organizationId, senderId, state, move);
    const warnings = warningsAbout(state);
    for (const warning of warnings) this.logger.warn({ senderId }, warning);
    return { ...(await this.senders.get(organizationId, senderId)), warnings };
  }

  private async ask({ phoneNumberId, accessToken: token }: SenderCredentials): Promise<NumberState> {
    const query = { fields: NUMBER_FIELDS.join(',') };
    const answer = await this.graph.request('GET', `/${encodeURIComponent(phoneNumberId)}`, { token, query });
    if (answer.outcome !== 'ok') throw metaRefusal(answer, 'report the state of this number', token);
    return readNumberState(answer.body);
  }

  /**
   * The limit belongs to the portfolio, so we ask for the owner of the account: two accounts of one portfolio must
   * not get a limit each. While the owner is unknown, a stand-in joins at least the numbers of one account.
   */
  private async businessOf(
    { businessAccountId, phoneNumberId, accessToken: token }: SenderCredentials,
    { limit }: NumberState,
  ): Promise<string | undefined> {
    if (businessAccountId === null) return limit === null ? undefined : `number:${phoneNumberId}`;
    const query = { fields: 'owner_business_info' };
    const path = `/${encodeURIComponent(businessAccountId)}`;
    const answer = await this.graph.request('GET', path, { token, query });
    const owner =
      answer.outcome === 'ok' ? asObject(asObject(answer.body)?.['owner_business_info']) : undefined;
    const id = asText(owner?.['id']);
    if (id !== undefined && META_ID.test(id)) return id;
    return limit === null ? undefined : `waba:${businessAccountId}`;
  }
}

function warningsAbout({ unreadableLimit, health }: NumberState): string[] {
  return [
    ...(unreadableLimit === null
      ? []
      : [
          `Meta reports the messaging limit as ${unreadableLimit}, which is not a known form. The last known limit stays in force.`,
        ]),
    ...(health === 'LIMITED' ? ['Meta limits sending from this number.'] : []),
  ];
}
