/** Whose it is, of what is not ours; the words are the note. */
export const OWNER_OF_DIGIT = ['upstream', 'neighbour', 'private', 'navigation', 'works', 'other'] as const
/** What a digit means, once a rejection asks for its reason and else. */
export const REASON_OF_DIGIT = ['glint', 'vegetation', 'shadow', 'boat_wake', 'leaves', 'other'] as const
export const CLASS_OF_DIGIT = ['debris', 'plume', 'dump_pile', 'algae', 'boat', 'person'] as const
