import type { BlockCause } from '../../whatsapp/parsing/webhook-events.js';

export interface AccountBlock {
  reason: string;
  /** An ISO text; null: without an end. */
  until: string | null;
}

/** `unknown`: from before causes were kept. Any end of a block ends it too. */
export type AccountBlocks = Partial<Record<BlockCause | 'unknown', AccountBlock>>;

const endOf = ({ until }: AccountBlock): number => (until === null ? Infinity : Date.parse(until));

/** The blocks that still hold, after one was set (`block`) or lifted (null). */
export function blocksAfter(
  blocks: AccountBlocks,
  cause: BlockCause,
  { block, now }: { block: AccountBlock | null; now: Date },
): AccountBlocks {
  const after = { ...blocks, [cause]: block, ...(block === null ? { unknown: null } : {}) };
  return Object.fromEntries(
    Object.entries(after).filter(([, one]) => one !== null && endOf(one) > now.getTime()),
  );
}

/** The block that decides when the account may send again. */
export function longestBlock(blocks: AccountBlocks): AccountBlock | null {
  const [longest] = Object.values(blocks).sort((a, b) => (endOf(a) < endOf(b) ? 1 : -1));
  return longest ?? null;
}
