export const BLOCK_SIZE = 16_384;

/** Columns of a run of messages: a million of them take about 110 MB, callback strings included. */
export class MessageBlock {
  readonly to = new Float64Array(BLOCK_SIZE);
  readonly at = new Float64Array(BLOCK_SIZE);
  readonly kind = new Uint32Array(BLOCK_SIZE);
  readonly marks = new Uint16Array(BLOCK_SIZE);
  readonly failure = new Uint32Array(BLOCK_SIZE);
  readonly callback: (string | undefined)[] = [];
  /** Only what the columns cannot hold: an address in another spelling, or a user id. */
  readonly oddInput = new Map<number, string>();
  readonly userId = new Map<number, string>();
}
