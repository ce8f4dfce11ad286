import { Injectable } from '@nestjs/common';
import { addressOf, needsValues } from '../links/destination.js';
import { ClickInbox } from '../links/click-inbox.service.js';
import { type LinkTarget, NO_UNIT } from '../links/link-token.js';
import type { TrackedLink } from '../links/tracked-links.service.js';
import { addressFor } from '../messages/links/link-values.js';
import { readValues } from './clicks.queries.js';
import { inTime } from './in-time.js';

/** Addresses may change while their campaign is a draft or scheduled. */
const FRESH_MS = 10_000;
/** After a failed look the remembered address serves for a while, so that not every click waits for the database. */
const AGAIN_MS = 2_000;
const MOST = 10_000;
/** A person waits for it. */
const LONGEST_MS = 200;
/** Without anything remembered there is nothing to show before the database has answered. */
const LONGEST_FIRST_MS = 1_000;

interface Known {
  link: TrackedLink | null;
  until: number;
}

/** The database did not say in time where the link leads. */
export class UnknownDestination extends Error {}

/** Where links lead, remembered by their numbers. */
@Injectable()
export class Destinations {
  private readonly known = new Map<number, Known>();
  private readonly reading = new Map<number, Promise<TrackedLink | null>>();

  constructor(private readonly inbox: ClickInbox) {}

  /** Null: nothing stands behind the number any more. Without a database an address that is remembered still serves. */
  async find(number: number): Promise<TrackedLink | null> {
    const known = this.known.get(number);
    if (known !== undefined && known.until > performance.now()) return known.link;
    const read = await inTime(this.read(number), known === undefined ? LONGEST_FIRST_MS : LONGEST_MS);
    if (read !== undefined) return read.value;
    if (known === undefined) throw new UnknownDestination();
    known.until = performance.now() + AGAIN_MS;
    return known.link;
  }

  /** With the values of the recipient in it, if they can be read in time. */
  async addressOf(link: TrackedLink, { unit }: LinkTarget): Promise<string> {
    if (!needsValues(link) || link.ownerKind !== 'campaign' || unit === NO_UNIT) return addressOf(link);
    const read = await inTime(readValues(this.inbox.pool, unit), LONGEST_MS);
    const values = read?.value;
    if (values === undefined) return addressOf(link);
    const { name, variables, customer, defaults } = values;
    const own = name === null ? variables : { name, ...variables };
    return addressFor(link, { variables: own, customer }, defaults);
  }

  private read(number: number): Promise<TrackedLink | null> {
    const under = this.reading.get(number);
    if (under !== undefined) return under;
    const reading = this.inbox
      .find(number)
      .then((found) => {
        this.remember(number, found ?? null);
        return found ?? null;
      })
      .finally(() => this.reading.delete(number));
    this.reading.set(number, reading);
    return reading;
  }

  private remember(number: number, link: TrackedLink | null): void {
    this.known.delete(number);
    this.known.set(number, { link, until: performance.now() + FRESH_MS });
    if (this.known.size <= MOST) return;
    // A map keeps the order of insertion, so this one was read longest ago.
    const [oldest] = this.known.keys();
    if (oldest !== undefined) this.known.delete(oldest);
  }
}
