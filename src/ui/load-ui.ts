/** How is the user interface loaded: late, for only `watch` needs it, and in React's production build. */
import type { RenderOptions, Ui } from './render.tsx'

/**
 * Loads Ink and shows the store. React's development build keeps a measurement of every drawing for ever, and React looks at
 * NODE_ENV once, when it is loaded; the variable is put back at once, for user code must see the one of its developer.
 */
export async function openUi(options: RenderOptions): Promise<Ui> {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    const { renderUi } = await import('./render.tsx')
    return renderUi(options)
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  }
}
