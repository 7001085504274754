/** What reads configurations, of the library that does: the build makes one small file of the hundred that it consists of. */
export type { core, infer } from 'zod'
export { array, boolean, enum, int, record, strictObject, string, toJSONSchema, union, unknown } from 'zod'
