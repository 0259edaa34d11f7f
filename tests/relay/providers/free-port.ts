/** A port on loopback where nobody listens: reserved by the standard for discarding, and never given out by a system. */
export const FREE_PORT = 9;
