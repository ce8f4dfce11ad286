/** Which waves of a campaign's recipients may go: all of them, or while its experiment is not decided, the sample. */
export const ALL_WAVES = 32_767;
export const SAMPLE_WAVE = 0;
