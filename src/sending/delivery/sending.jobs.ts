/** One job a slice: a reason to look at its row, nothing else. */
export const SENDING_QUEUE = 'sending';
export const SEND_SLICE = 'send-slice';

export interface SendSliceJob {
  sliceId: string;
}
