export const CLICK_CLASSES = ['human', 'preview', 'suspect'] as const;
/** `preview`: a program that looks at what is behind a link; `suspect`: too early or too often for a person. */
export type ClickClass = (typeof CLICK_CLASSES)[number];

export const DEVICE_CLASSES = ['phone', 'tablet', 'desktop', 'other'] as const;
export type DeviceClass = (typeof DEVICE_CLASSES)[number];

/** One request for a tracked address. Neither the address of the caller nor the name of its program is kept. */
export interface NewClick {
  id: string;
  linkNumber: number;
  /** Whose link it is: of a campaign's recipient, or of a single message. Both null: nobody's. */
  recipientId: string | null;
  messageId: string | null;
  at: Date;
  class: ClickClass;
  device: DeviceClass;
  /** Asked by `Sec-GPC` not to be counted as a person. */
  isPrivate: boolean;
}

export interface OpenClick extends NewClick {
  organizationId: string | null;
  campaignId: string | null;
  place: string | null;
  url: string | null;
  /** The how manieth of this token within a minute; 11 also stands for more. */
  nth: number;
  /** This person has clicked this link before. */
  isKnown: boolean;
}

export interface SettledClick {
  id: string;
  class: ClickClass;
  recipientId: string | null;
  messageId: string | null;
}

export interface AddedClicks {
  linkNumber: number;
  human: number;
  uniques: number;
  preview: number;
  suspect: number;
}
