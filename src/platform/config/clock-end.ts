/** As far as a movable clock goes. It never goes back, so a typing error must not end an installation. */
export const CLOCK_END = new Date('2100-01-01T00:00:00Z');
