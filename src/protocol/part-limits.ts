/** What the audience worker needs of the protocol, apart from the validators: their library would come along with them. */

/** Recipients a part at most: about 300 kB compressed, re-sent whole when cut off. */
export const PART_RECIPIENTS = 5_000;
