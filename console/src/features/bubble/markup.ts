export interface Run {
  text: string;
  style: 'plain' | 'bold' | 'italic' | 'struck' | 'mono' | 'blank';
}

const STYLES = { '*': 'bold', _: 'italic', '~': 'struck' } as const;
const MARKED = /```([^]+?)```|(?<![\p{L}\p{N}])([*_~])(?=\S)([^\n]*?\S)\2(?![\p{L}\p{N}])|\{\{[^{}]*\}\}/gu;

/** WhatsApp's own marks, `*bold*` and the like, and the blanks that nothing has filled. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  let end = 0;
  for (const match of text.matchAll(MARKED)) {
    const [whole, mono, mark, marked] = match;
    if (match.index > end) runs.push({ text: text.slice(end, match.index), style: 'plain' });
    if (mono !== undefined) runs.push({ text: mono, style: 'mono' });
    else if (marked !== undefined) runs.push({ text: marked, style: STYLES[mark as keyof typeof STYLES] });
    else runs.push({ text: whole, style: 'blank' });
    end = match.index + whole.length;
  }
  if (end < text.length) runs.push({ text: text.slice(end), style: 'plain' });
  return runs;
}
