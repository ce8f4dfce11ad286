import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/database.js';
import { networkOf } from '../../platform/server/refusal-limit.js';
import { DomainError } from '../../rules/errors/domain-error.js';
import { addressesOf, forgetTries, noteTry } from './sessions.queries.js';

const FAILURES_OF_ADDRESS = 5;
/** Higher: what strangers try elsewhere must hardly ever keep the person out. */
const FAILURES_OF_ACCOUNT = 50;
const WAIT_SECONDS = 60;

/** Failed sign-ins a minute for an address and, over all addresses, for an account. Successes do not count. */
@Injectable()
export class SignInLimit {
  constructor(private readonly database: Database) {}

  async guard<T>(account: string, address: string, work: () => Promise<T>): Promise<T> {
    const network = networkOf(address);
    const tries: string[] = [];
    const note = async (subject: string, most: number): Promise<boolean> => {
      const { id, tries: count } = await noteTry(this.database.manager, hashOf(subject));
      tries.push(id);
      return count <= most;
    };
    const passes =
      (await note(`address ${network}`, FAILURES_OF_ADDRESS)) &&
      ((await note(`account ${account}`, FAILURES_OF_ACCOUNT)) || (await this.isKnown(account, network)));
    if (!passes) {
      // A refused try does not prolong the wait.
      await forgetTries(this.database.manager, tries);
      const extra = { retryAfterSeconds: WAIT_SECONDS };
      throw new DomainError('rate', 'too_many_tries', 'Too many tries. Wait a minute.', extra);
    }
    const result = await work();
    await forgetTries(this.database.manager, tries);
    return result;
  }

  /** From where the person is signed in, the limit of the address is enough. */
  private async isKnown(account: string, network: string): Promise<boolean> {
    const addresses = await addressesOf(this.database.manager, account);
    return addresses.some((address) => networkOf(address) === network);
  }
}

/** The table holds no addresses. */
function hashOf(subject: string): string {
  return createHash('sha256').update(subject).digest('base64url');
}
