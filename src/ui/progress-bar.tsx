/** How far is it? A heavy line for what is done and a light one for the rest, so that it reads without colour. */
import { Text } from './text.tsx'
import { colors } from './theme.ts'

/** How far running work is. */
export interface ProgressBarProps {
  readonly elapsedMs: number
  /** How long it took last time, in milliseconds. */
  readonly estimateMs: number
  /** In columns. */
  readonly width: number
}

/** A bar that fills towards the estimate, and stays full when the work takes longer. */
export function ProgressBar({ elapsedMs, estimateMs, width }: ProgressBarProps) {
  const ratio = estimateMs <= 0 ? 1 : Math.min(1, Math.max(0, elapsedMs / estimateMs))
  const done = Math.round(ratio * width)
  return (
    <Text>
      <Text color={colors.accent}>{'━'.repeat(done)}</Text>
      <Text dimColor>{'─'.repeat(width - done)}</Text>
    </Text>
  )
}

/**
 * How wide a progress bar may be.
 * @param columns of the terminal
 */
export const progressWidth = (columns: number): number => (columns >= 70 ? 20 : columns >= 50 ? 12 : 8)
