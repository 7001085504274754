const { reach, removeMarks } = require('../reach.js')

module.exports = { up: () => reach('migration'), down: () => removeMarks('migration') }
