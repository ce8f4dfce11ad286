import type { LinkDefinition, LinkFault } from '../../links/link-definition.js';
import { own } from '../../templates/rendering/filling.js';
import { parameterText } from '../../templates/rendering/parameter-text.js';
import {
  type ButtonDescription,
  type CardDescription,
  splitAtVariables,
  type TemplateDescription,
} from '../../templates/rendering/template-parameters.js';

const BUTTON = /^(?:card\.(\d+)\.)?button\.(\d+)$/;

/** A URL button of a template, as people see it who decide where it leads. */
export interface UrlButton {
  place: string;
  label: string;
  url: string;
  /** `ours`: it ends with a tracked address; `other`: it takes an end, on another host; `fixed`: always the same. */
  kind: 'ours' | 'other' | 'fixed';
}

/** `prefix`: what stands before the token, `https://links.example/l/`. */
export function urlButtons(template: TemplateDescription, prefix: string): UrlButton[] {
  const cards = template.carousel?.cards ?? [];
  return [
    ...buttonsOf(template, '', prefix),
    ...cards.flatMap((card, index) => buttonsOf(card, `card.${index}.`, prefix)),
  ];
}

function buttonsOf({ buttons }: CardDescription, before: string, prefix: string): UrlButton[] {
  return buttons.flatMap((button) =>
    button.kind === 'url'
      ? [
          {
            place: `${before}button.${button.index}`,
            label: button.label,
            url: button.url,
            kind: kindOf(button, prefix),
          },
        ]
      : [],
  );
}

function kindOf(button: ButtonDescription & { kind: 'url' }, prefix: string): UrlButton['kind'] {
  if (button.variables.length === 0) return 'fixed';
  const [before, , after] = splitAtVariables(button.url);
  return button.variables.length === 1 && before === prefix && after === '' ? 'ours' : 'other';
}

/** Links whose place cannot take one. `components`: what the caller wrote itself; it fills those places already. */
export function misplacedLinks(
  links: readonly LinkDefinition[],
  template: TemplateDescription,
  { prefix, components }: { prefix: string; components: readonly unknown[] | null },
): LinkFault[] {
  const buttons = new Map(urlButtons(template, prefix).map((button) => [button.place, button]));
  const written = new Set((components ?? []).map(partOf));
  return links.flatMap(({ place }): LinkFault[] => {
    const fault = BUTTON.test(place)
      ? faultOfButton(buttons.get(place), prefix)
      : template.body?.variables.includes(place) === true
        ? null
        : 'the body of the template has no such variable';
    const part = !BUTTON.test(place) ? 'body' : place.startsWith('card.') ? 'carousel' : place;
    const isWritten = written.has(part);
    const message = fault ?? (isWritten ? 'the components of the campaign fill this place already' : null);
    return message === null ? [] : [{ field: `links.${place}`, message }];
  });
}

function faultOfButton(button: UrlButton | undefined, prefix: string): string | null {
  if (button === undefined) return 'the template has no URL button there';
  if (button.kind === 'ours') return null;
  const needed = `its address has to be ${prefix}{{1}} when the template is approved`;
  return `the button "${button.label}" leads to ${button.url}: ${needed}`;
}

function partOf(component: unknown): string {
  const word = (name: string): string => (parameterText(own(component, name)) ?? '').toLowerCase();
  return word('type') === 'button' ? `button.${word('index')}` : word('type');
}
