/** How is the user interface loaded: late, for only `watch` needs it, and in React's production build, which is the only one in dist. */

/**
 * Loads Ink. React's development build keeps a measurement of every drawing for ever, and React looks at NODE_ENV once, when it
 * is loaded; the variable is put back at once, for user code must see the one of its developer.
 * @returns what shows a store
 */
export async function loadUi(): Promise<typeof import('./render.tsx').renderUi> {
  const before = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  try {
    return (await import('./render.tsx')).renderUi
  } finally {
    if (before === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = before
  }
}
