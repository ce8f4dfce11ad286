/** The expected outcome for a recipient whose every attempt meets the same error, and for everything around it. */
export interface Outcome {
  /** Seconds before the 2nd, 3rd ... attempt; the last one is followed by `ends`. */
  waits: readonly number[];
  /** `waits`: retried for as long as it takes. */
  ends: 'failed' | 'opted_out' | 'in-doubt' | 'waits';
  /** Attempts that count as retries of this recipient. */
  retries: number;
  campaign: 'pause' | 'end' | null;
  /** Which senders are paused, and for how many seconds, unless until an operator resumes them. */
  stops: 'sender' | 'account' | 'app' | null;
  stopsFor: number | null;
  /** Which senders slow down, and for how long they hold. */
  slows: 'sender' | 'account' | 'app' | null;
  holds: number | null;
  endpoint: 'messages' | 'marketing_messages' | null;
  refusesMarketing: boolean;
}

const NOTHING: Outcome = {
  waits: [],
  ends: 'failed',
  retries: 0,
  campaign: null,
  stops: null,
  stopsFor: null,
  slows: null,
  holds: null,
  endpoint: null,
  refusesMarketing: false,
};
const FOR_EVER = 8;
const always = (seconds: number): number[] => Array.from({ length: FOR_EVER }, () => seconds);

const FAILED = NOTHING;
const IN_DOUBT: Outcome = { ...NOTHING, ends: 'in-doubt' };
const retried = (...waits: number[]): Outcome => ({ ...NOTHING, waits, retries: waits.length });
const slowed = (slows: Outcome['slows'], holds: number): Outcome => ({
  ...NOTHING,
  waits: always(holds),
  ends: 'waits',
  slows,
  holds,
});
const WAITS: Outcome = { ...NOTHING, waits: always(0), ends: 'waits' };
const CAMPAIGN_WAITS: Outcome = { ...WAITS, campaign: 'pause' };
const CAMPAIGN_PAUSED: Outcome = { ...FAILED, campaign: 'pause' };
/** Sent once more after the campaign was resumed. */
const CAMPAIGN_PAUSED_TWICE: Outcome = { ...CAMPAIGN_PAUSED, waits: [0] };
const stopped = (stops: Outcome['stops'], stopsFor: number | null = null): Outcome => ({
  ...WAITS,
  stops,
  stopsFor,
});
const moved = (endpoint: Outcome['endpoint']): Outcome => ({ ...NOTHING, waits: [10, 10, 10], endpoint });

type Row = [codes: (number | [number, number])[], inAnswer: Outcome, inStatus?: Outcome];

/** Every code of the catalogue; a range stands as in the catalogue. Unless stated otherwise, both channels agree. */
export const OUTCOMES: Row[] = [
  [
    [100, 1026, 130472, 130497, 131009, 131021, 131030, 131047, 131051, 131062, 132005, 137000, 139200],
    FAILED,
  ],
  [
    [
      ...[506, 130501, 131006, 131014, 131020, 131041, 131043, 131044, 136025],
      ...([[131001, 131002], [131200, 131299], [133001, 133007], [138000, 138999]] as [number, number][]), // prettier-ignore
      ...([[139000, 139999], [147000, 147999], [2494101, 2494199]] as [number, number][]), // prettier-ignore
    ],
    FAILED,
  ],
  // A code that does not concern messages still fails the message it came with.
  [[131052, 131059, 200005, 200006, 200007, 1752041], FAILED],
  [[2388019, 2388040, 2388047, 2388072, 2388073, 2388293, 2388299], FAILED],
  // Of catalogs and orders: a send never meets them.
  [[801, 804, 2040, 2046, 2047, 10800, 10801], FAILED],
  [[131049], FAILED],
  [[131050], { ...NOTHING, ends: 'opted_out', refusesMarketing: true }],
  [[130403], { ...FAILED, refusesMarketing: true }],
  // The four attempts in all of the contract, a minute apart at first.
  [[131026], retried(60, 120, 240)],
  [[1, 2, 131000, 131016, 133004], IN_DOUBT, retried(60, 240)],
  [[131053], { ...retried(60, 120), campaign: 'pause' }],
  [[134101], retried(600, 600, 600)],
  [[135000], retried(60)],
  [[131056], { ...NOTHING, waits: [1, 4, 16, 64, 256] }],
  [[130429], slowed('sender', 1)],
  [[4, 17, 32, 613], slowed('app', 60)],
  [[80007, 80008, 80009, 80014], slowed('account', 60)],
  [[132001, 132007, 132068, 132069, 134011, 141002], CAMPAIGN_WAITS],
  [[131008, 132000, 132012, 132018, [132000, 132999]], CAMPAIGN_PAUSED_TWICE],
  [[132015], CAMPAIGN_WAITS, CAMPAIGN_PAUSED],
  [[132016], { ...FAILED, campaign: 'end' }],
  [[33, 131037, 131045, 131048, 133000, 133005, 133006, 133008, 133009, 133010, 133016], stopped('sender')],
  [[131057], stopped('sender', 120)],
  [[133015, 2494100], stopped('sender', 300)],
  [[368, 131031, 131042, 131064], stopped('account')],
  [[0, 3, 10, 190, [200, 299], 131005], stopped('app')],
  [[131055, 134100, 134102, 134103], moved('messages')],
  [[131063], moved('marketing_messages')],
];

export interface Expected {
  code: number;
  channel: 'answer' | 'status';
  outcome: Outcome;
}

/** One row a code and channel; of a range its last code, which stands for itself alone. */
export const EXPECTED: Expected[] = OUTCOMES.flatMap(([codes, inAnswer, inStatus = inAnswer]) =>
  codes.flatMap((given) => {
    const code = typeof given === 'number' ? given : given[1];
    return [
      { code, channel: 'answer' as const, outcome: inAnswer },
      { code, channel: 'status' as const, outcome: inStatus },
    ];
  }),
);
