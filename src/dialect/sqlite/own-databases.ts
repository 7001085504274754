/** Connections through which devdb only looks: what they send is none of a migration's statements. */
const looking = new WeakSet<object>()

/** From now on this connection's statements are not recorded. */
export const markLooking = (database: object): void => void looking.add(database)

/** Whether a connection's statements are left out of the record. */
export const isLooking = (database: object): boolean => looking.has(database)
