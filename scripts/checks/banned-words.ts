import ts from 'typescript';

export interface Finding {
  line: number;
  words: string;
}

/** What is part of the contract stays as it is, whatever the rule says of it. */
const CONTRACT_VALUES: readonly string[] = [];

/**
 * Words that no engineer would say to a colleague, most of them another language's syntax in English words. Plain
 * English with "no" passes: "there is no such key", "it is no longer needed".
 */
const BANNED = new RegExp(
  [
    /whoever/,
    /whom/,
    /anew/,
    /let(?:s|ting)?\s+(?:\w+\s+)?go/,
    /(?<!there\s+)(?:is|are)\s+no(?=\s+(?!longer|more|less|fewer)[a-z])/,
    /of\s+which/,
    /so\s+many\s[^.;:]{0,80}?\bthat/,
    /it\s+is\s+(?:he|she|they)\s+who/,
  ]
    .map(({ source }) => String.raw`\b${source}\b`)
    .join('|'),
  'gi',
);

// Stands for code between two texts, so that words on either side of it do not read as one phrase.
const CODE = '¦';

/** The banned words in a file: in the comments and literals of a program, anywhere in a page. */
export function bannedWords(path: string, text: string): Finding[] {
  const prose = /\.(m?ts|tsx|mjs)$/.test(path) ? proseOf(text, path) : text;
  const checked = CONTRACT_VALUES.reduce((rest, value) => rest.replaceAll(value, mask(value)), prose);
  return [...checked.matchAll(BANNED)].map(({ 0: words, index }) => ({
    line: checked.slice(0, index).split('\n').length,
    words: words.replace(/\s+/g, ' '),
  }));
}

/** The program with everything masked but its comments and literals; places and lines stay what they were. */
function proseOf(text: string, path: string): string {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const ranges: [number, number][] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
      ranges.push([node.getStart(source), node.end]);
    const children = node.getChildren(source);
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const comments = [
      ...(ts.getLeadingCommentRanges(text, node.pos) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.pos) ?? []),
    ];
    ranges.push(...comments.map(({ pos, end }): [number, number] => [pos, end]));
  };
  visit(source);
  ranges.sort(([a], [b]) => a - b);
  let prose = '';
  for (const [from, to] of ranges) {
    if (from < prose.length) continue;
    prose += mask(text.slice(prose.length, from)) + withoutMarkers(text.slice(from, to));
  }
  return prose + mask(text.slice(prose.length));
}

const mask = (code: string): string => code.replace(/\S/g, CODE);

/** A sentence of a comment reads on over the line; the stars and slashes at its margin are not part of it. */
const withoutMarkers = (comment: string): string =>
  comment.replace(/^\s*(\/\/+|\/?\*+)/gm, (marker) => ' '.repeat(marker.length));
