import { plural } from './plural.ts';

const numbers = new Intl.NumberFormat('en-GB');
const n = (value: number): string => numbers.format(value);
const people = (count: number): string => `${n(count)} ${plural(count, { one: 'person', other: 'people' })}`;
const times = (count: number): string => `${n(count)} ${plural(count, { one: 'time', other: 'times' })}`;

/** Texts of tracked links, in the wizard and on the page of a campaign. */
export const linkWords = {
  where: (label: string) => `Where does the button “${label}” lead?`,
  why: 'People who tap it pass through your own address first, so that you see who opened it. Then they are on this page.',
  address: 'Address of the page',
  addressHint: 'Such as https://shop.example/spring. Add {{name}} to put a detail of each person into it.',
  fallback: 'Address for people without this detail',
  mustBeHttps: 'Write an address that begins with https://',
  needsFallback: 'Add an address without {{ }} for people who lack the detail.',
  other: 'The address of this button was approved with another website, so only Meta counts its taps.',
  title: 'Taps on links and buttons',
  finding: (count: number, share: string) =>
    `${people(count)} tapped something: ${share} of those it reached.`,
  none: 'Nobody has tapped anything yet.',
  link: (place: string) => {
    const at = /button\.(\d+)$/.exec(place)?.[1];
    return at === undefined ? 'Link in the text' : `Button ${n(Number(at) + 1)}`;
  },
  opened: (unique: number, total: number) => `${people(unique)}, ${times(total)}`,
  looks: (count: number) => `Besides, programs looked at it ${times(count)}; that counts for nothing.`,
  pressed: (count: number) => `pressed ${times(count)}`,
};
