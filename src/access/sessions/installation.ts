/** What a page shows of the installation that serves it. Bound by the wiring. */
export abstract class Installation {
  abstract readonly version: string;
  /** No message can reach a real person. */
  abstract readonly isSimulated: boolean;
}
