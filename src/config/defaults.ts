/** What counts where the configuration says nothing. Durations are in milliseconds, sizes in bytes. */
export const defaults = {
  modelTimeoutMs: 30_000,
  stepTimeoutMs: 300_000,
  rehearsalMaxBytes: 200_000_000,
  keepSnapshots: 10,
  maxSnapshotBytes: 2_000_000_000,
  waitMs: 5_000,
} as const
