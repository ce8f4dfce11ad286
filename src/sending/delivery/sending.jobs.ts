/** One job a slice: only a reason to look at its row. */
export const SENDING_QUEUE = 'sending';
export const SEND_SLICE = 'send-slice';

export interface SendSliceJob {
  sliceId: string;
}
