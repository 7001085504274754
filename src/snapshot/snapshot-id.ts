/** How a snapshot is called by devdb: the time in UTC at which it was taken. Nothing else in the folder is devdb's. */
const id = String.raw`\d{8}-\d{6}-\d{3}(?:-\d+)?`
const whole = new RegExp(`^${id}$`)
const file = new RegExp(`^(${id})(\\.entered)?\\.`)

/** Whether a word is an id, and may become the name of a file. */
export const isSnapshotId = (word: string): boolean => whole.test(word)

/**
 * What the name of a file in the folder says.
 * @returns null where it is not devdb's
 */
export function snapshotFile(name: string): { readonly id: string; readonly isEntered: boolean } | null {
  const [, found, entered] = file.exec(name) ?? []
  return found === undefined ? null : { id: found, isEntered: entered !== undefined }
}
