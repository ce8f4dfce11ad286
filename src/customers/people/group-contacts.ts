import { numberIdentity } from '../../rules/phone/number-variants.js';

/** Everything that one message says about its person. */
export interface WholeContact {
  /** E.164, canonical. */
  phone: string | null;
  waId: string | null;
  userId: string | null;
  username?: string | null;
  name?: string | null;
}

/** Contacts of one person, folded. */
export interface ContactGroup {
  contact: WholeContact;
  /** The places of its contacts in the list, in order. */
  places: number[];
  /** Its contacts contradict each other, or connect two groups: their order matters. */
  isMixed: boolean;
}

const differ = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && one !== other;
const identityOf = ({ phone }: WholeContact): string | null =>
  phone === null ? null : numberIdentity(phone);

/** Which contacts are certainly one person: by number, in any spelling, or by user id. */
export function groupContacts(contacts: readonly WholeContact[]): ContactGroup[] {
  const groups: ContactGroup[] = [];
  const byNumber = new Map<string, ContactGroup>();
  const byUserId = new Map<string, ContactGroup>();
  for (const [place, contact] of contacts.entries()) {
    const number = identityOf(contact);
    const numbered = number === null ? undefined : byNumber.get(number);
    const named = contact.userId === null ? undefined : byUserId.get(contact.userId);
    const group = numbered ?? named ?? { contact, places: [], isMixed: false };
    if (group.places.length === 0) groups.push(group);
    if (numbered !== undefined && named !== undefined && numbered !== named) {
      numbered.isMixed = true;
      named.isMixed = true;
    }
    if (differ(identityOf(group.contact), number) || differ(group.contact.userId, contact.userId))
      group.isMixed = true;
    group.places.push(place);
    group.contact = together(group.contact, contact);
    if (number !== null) byNumber.set(number, group);
    if (contact.userId !== null) byUserId.set(contact.userId, group);
  }
  return groups;
}

/** As if they had come one after the other: the first name stays, a later username replaces an earlier one. */
function together(before: WholeContact, after: WholeContact): WholeContact {
  return {
    phone: before.phone ?? after.phone,
    waId: after.waId ?? before.waId,
    userId: before.userId ?? after.userId,
    username: present(after.username) ?? present(before.username),
    name: present(before.name) ?? present(after.name),
  };
}

const present = (text: string | null | undefined): string | null =>
  text === undefined || text === null || text.trim() === '' ? null : text;
