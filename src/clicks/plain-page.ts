/** A page for a person whose link leads nowhere. It says nothing about the shop or the message. */
function plainPage(title: string, text: string): string {
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${title}</title></head><body><h1>${title}</h1><p>${text}</p></body></html>`
  );
}

export const NOT_FOUND_PAGE = plainPage('Not found', 'There is nothing at this address.');
export const GONE_PAGE = plainPage('This link has ended', 'What it led to is no longer offered.');
export const LATER_PAGE = plainPage('One moment, please', 'Open the link again in a few seconds.');
