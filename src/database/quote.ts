/** A name as an identifier of standard SQL. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`
