const moment = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'})

/** A point in time as people write it. */
export const momentOf = (timeMs: number): string => moment.format(timeMs)
