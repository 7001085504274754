/** The environment devdb was started with. Taken once: while React is loaded for the screen, `process.env` is another one for a moment. */
export const ownEnvironment: Readonly<NodeJS.ProcessEnv> = { ...process.env }
