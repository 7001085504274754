/**
 * Sequelize takes the stack of every query, and Vitest looks up each of its frames in source maps: a third of the time of tests that only
 * query. Where the innermost frame is Sequelize's the stack stays as V8 has it; the frames of all other errors are looked up as ever.
 */
const lookedUp = Error.prepareStackTrace

const plain: typeof Error.prepareStackTrace = (error, frames) =>
  lookedUp === undefined || /[\\/]node_modules[\\/]sequelize[\\/]/.test(frames[0]?.getFileName() ?? '')
    ? [String(error), ...frames].join('\n    at ')
    : lookedUp(error, frames)

// Where files share a process, the first one has set it.
if (lookedUp?.name !== 'plain') Error.prepareStackTrace = plain
