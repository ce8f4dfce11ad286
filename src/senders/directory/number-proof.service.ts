import { Injectable } from '@nestjs/common';
import { DomainError } from '../../rules/errors/domain-error.js';
import { GraphClient } from '../../whatsapp/graph/graph.client.js';
import { metaRefusal } from '../../whatsapp/graph/meta-refusal.js';
import { asObject, asText } from '../../whatsapp/json/json-fields.js';

/** What an organization claims about a number when it connects it. */
export interface NumberClaim {
  phoneNumberId: string;
  businessAccountId: string | null;
  accessToken: string;
}

/** Far more than the numbers of any account: a listing that never ends must not keep a caller waiting. */
const MAX_PAGES = 50;

/** Asks Meta whether a token may use a number, and whether the number belongs to the account. */
@Injectable()
export class NumberProof {
  constructor(private readonly graph: GraphClient) {}

  /**
   * Returns when Meta confirms the claim. Throws `sender_unverified` when it does not, and `meta_unavailable` or
   * `meta_rate_limited` when it gave no answer.
   */
  async prove(claim: NumberClaim): Promise<void> {
    await this.proveNumber(claim);
    if (claim.businessAccountId !== null) await this.proveAccount(claim, claim.businessAccountId);
  }

  private async proveNumber({ phoneNumberId, accessToken: token }: NumberClaim): Promise<void> {
    const answer = await this.graph.request('GET', `/${encodeURIComponent(phoneNumberId)}`, {
      token,
      query: { fields: 'id,display_phone_number' },
    });
    if (answer.outcome !== 'ok')
      throw asUnverified(metaRefusal(answer, `show the number ${phoneNumberId} to this access token`, token));
    // A token may read many other things: only a number has a display number.
    const number = asObject(answer.body);
    if (asText(number?.['id']) === phoneNumberId && asText(number?.['display_phone_number']) !== undefined)
      return;
    throw unverified(`Meta knows ${phoneNumberId}, but not as a WhatsApp business number.`);
  }

  private async proveAccount(
    { phoneNumberId, accessToken: token }: NumberClaim,
    businessAccountId: string,
  ): Promise<void> {
    const path = `/${encodeURIComponent(businessAccountId)}/phone_numbers`;
    const query = { fields: 'id', limit: 100 };
    let pages = 0;
    try {
      for await (const page of this.graph.pages(path, { token, query })) {
        if (page.some((number) => asText(asObject(number)?.['id']) === phoneNumberId)) return;
        if (++pages === MAX_PAGES) break;
      }
    } catch (error) {
      throw error instanceof DomainError ? asUnverified(error) : error;
    }
    const detail = `Meta does not list the number ${phoneNumberId} in the account ${businessAccountId}.`;
    throw unverified(`${detail} Correct phoneNumberId or businessAccountId.`);
  }
}

/** Meta gave no answer, so the claim is neither confirmed nor refused. */
export function isUndecided(error: unknown): boolean {
  return error instanceof DomainError && (error.kind === 'unavailable' || error.kind === 'rate');
}

/** It proves control of the number, so it may learn that the number is in use. To anyone else, Meta's refusal comes first. */
export function verifiedElsewhere(phoneNumberId: string): DomainError {
  return unverified(
    `The number ${phoneNumberId} is connected to another organization of this installation. Delete it there first.`,
  );
}

function unverified(detail: string, cause?: unknown): DomainError {
  return new DomainError('rule', 'sender_unverified', detail, { cause });
}

function asUnverified(error: DomainError): DomainError {
  return isUndecided(error) ? error : unverified(error.message, error);
}
