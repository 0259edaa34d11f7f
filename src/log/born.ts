/** What is known of a contact's birth, as one byte a contact. */
export const UNBORN = 0;
export const LISTED = 1;
/** In the bin by somebody's hand (CON-10). */
export const DELETED = 2;
/** In the bin since the import that made it was undone, and nothing else names it (IMP-11). */
export const UNDONE = 3;
