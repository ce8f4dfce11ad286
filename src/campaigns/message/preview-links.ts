import type { Destination } from '../../links/destination.js';
import type { LinkDefinition } from '../../links/link-definition.js';
import { type UrlButton, urlButtons } from '../../messages/links/judge-links.js';
import { addressFor } from '../../messages/links/link-values.js';
import type { RecipientValues } from '../../templates/rendering/filling.js';
import type { TemplateDescription } from '../../templates/rendering/template-parameters.js';

export interface PreviewLink {
  place: string;
  /** What is written on the button; null: a variable of the body. */
  label: string | null;
  /** `ours`: it can be tracked; `other` and `fixed`: it cannot; `text`: a variable of the body. */
  kind: UrlButton['kind'] | 'text';
  isTracked: boolean;
  /** Where a click leads in the end; null: the values of the message decide. */
  leadsTo: string | null;
  note: string | null;
}

const OTHER_HOST =
  'Its address was approved with another host, so clicks cannot be counted here; Meta’s own count is all there is.';
const FIXED = 'It leads to the same address for everybody, so clicks cannot be counted here.';
const UNSET = 'It ends with a tracked address: say in links where it leads.';

/** The links of a message, and which of them are counted. `template`: null when it could not be read. */
export function previewLinks(
  links: readonly LinkDefinition[],
  template: TemplateDescription | null,
  { prefix, values, defaults }: { prefix: string; values: RecipientValues; defaults: unknown },
): PreviewLink[] {
  const chosen = new Map(links.map((link) => [link.place, link]));
  const leadsTo = (link: Destination): string => addressFor(link, values, defaults);
  const buttons = template === null ? [] : urlButtons(template, prefix);
  const shown = buttons.map(({ place, label, url, kind }): PreviewLink => {
    const link = chosen.get(place);
    chosen.delete(place);
    if (kind === 'fixed') return { place, label, kind, isTracked: false, leadsTo: url, note: FIXED };
    if (kind === 'other') return { place, label, kind, isTracked: false, leadsTo: null, note: OTHER_HOST };
    return link === undefined
      ? { place, label, kind, isTracked: false, leadsTo: null, note: UNSET }
      : { place, label, kind, isTracked: true, leadsTo: leadsTo(link), note: null };
  });
  const others = [...chosen.values()].map((link): PreviewLink => ({
    place: link.place,
    label: null,
    kind: 'text',
    isTracked: true,
    leadsTo: leadsTo(link),
    note: 'Programs open links in texts too, so its count says less than that of a button.',
  }));
  return [...shown, ...others];
}
