/** The messaging limit is used up, its hours have not begun, its sender may not send, or Meta refused it for now. */
export type WaitReason = 'quota' | 'hours' | 'sender' | 'refused';
