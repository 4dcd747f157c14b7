/** Paths at which the server answers with the page, which then shows the part that belongs there. */
export const PAGE_PATHS = ['/', '/river', '/heritage', '/operations'] as const
export type PagePath = (typeof PAGE_PATHS)[number]
