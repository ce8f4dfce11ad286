/** What was counted of one link. */
export interface LinkFigures {
  place: string;
  variant: number;
  url: string;
  human: number;
  uniques: number;
  previews: number;
  suspects: number;
}

/** How often a quick reply was pressed. */
export interface PressedButton {
  text: string;
  count: number;
}
