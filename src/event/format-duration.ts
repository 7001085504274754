/** How are times and sizes written for people? Pure; the screen, the reporters and the commands share it. */

/**
 * A duration in words that fit a narrow column.
 * @param ms milliseconds
 * @returns '84 ms', '1.2 s', '2 m 03 s' or '1 h 05 m'
 */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  if (whole < 1000) return `${whole} ms`
  if (whole < 59_950) return `${(whole / 1000).toFixed(1)} s`
  const seconds = Math.round(whole / 1000)
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${twoDigits(seconds % 60)} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`
}

/**
 * The local time of day.
 * @param at milliseconds since 1970
 * @returns 'HH:MM:SS'
 */
export function formatClock(at: number): string {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
}

/**
 * The time of day, with the date in front when it was not today.
 * @param at milliseconds since 1970
 * @param now the present, in milliseconds since 1970
 */
export function formatWhen(at: number, now: number): string {
  return formatDay(at) === formatDay(now) ? formatClock(at) : `${formatDay(at)} ${formatClock(at)}`
}

function formatDay(at: number): string {
  const date = new Date(at)
  return [date.getFullYear(), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-')
}

const twoDigits = (number: number): string => String(number).padStart(2, '0')

/**
 * A size in words.
 * @param bytes how many
 * @returns '512 B', '40 kB', '1.2 MB' or '3.4 GB'
 */
export function formatSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} kB`
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
