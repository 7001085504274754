#!/usr/bin/env node
import { main, reportDefects } from '../dist/command/main.js'

// Project code may have started devdb, as in `devdb exec -- npm test`: devdb's own commands open dev all the same.
globalThis[Symbol.for('devdb.door')]?.lift()
reportDefects(process.argv.slice(2))
process.exitCode = await main(process.argv.slice(2))
