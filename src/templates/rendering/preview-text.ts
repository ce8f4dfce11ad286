import type { PreviewCard, TemplatePreview } from './preview-template.js';

function linesOf({ header, body, buttons }: PreviewCard): { before: string[]; after: string[] } {
  const shownHeader = header === null ? [] : [header.kind === 'text' ? header.text : mediaLine(header)];
  const shownButtons = buttons.map(({ label, value }) =>
    value === null ? `[${label}]` : `[${label}: ${value}]`,
  );
  return { before: [...shownHeader, ...(body === '' ? [] : [body])], after: shownButtons };
}

const mediaLine = ({ kind, text }: { kind: string; text: string }): string =>
  text === '' ? `[${kind}]` : `[${kind}: ${text}]`;

/** The message as plain text, from top to bottom. */
export function previewText(preview: TemplatePreview): string {
  const { before, after } = linesOf(preview);
  const { offer, footer, cards } = preview;
  const offered = offer === null ? [] : [offer.text, offer.expiresAt].filter((part) => part !== null);
  const shownCards = cards.map((card, index) => {
    const lines = linesOf(card);
    return `(${index + 1}) ${[...lines.before, ...lines.after].join(' ')}`;
  });
  const parts = [
    ...before,
    ...(offered.length === 0 ? [] : [offered.join(', ')]),
    ...(footer === null ? [] : [footer]),
    ...after,
    ...shownCards,
  ];
  return parts.join('\n');
}
