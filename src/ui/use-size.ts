/** How big is the terminal now? */
import { useStdout } from 'ink'
import { useEffect, useState } from 'react'
import type { Size } from './page.ts'

/** The size of the terminal; draws again when it changed. */
export function useSize(): Size {
  const { stdout } = useStdout()
  const read = (): Size => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
  const [size, setSize] = useState(read)
  useEffect(() => {
    const remember = () => setSize({ columns: stdout.columns || 80, rows: stdout.rows || 24 })
    stdout.on('resize', remember)
    return () => void stdout.off('resize', remember)
  }, [stdout])
  return size
}
