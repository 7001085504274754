/**
 * The door of SQLite: loaded first by every Node program and thread that runs project code. Where that code opens the dev database, the
 * database of the current job is opened. devdb's own code finds it as `globalThis[Symbol.for('devdb.door')]`.
 */
import { syncBuiltinESMExports } from 'node:module'
import { carryDoor } from '../../../door/carry-door.ts'
import { type DoorRule, doorVariable, readRules } from '../../../door/door-rule.ts'
import { watchNativeDrivers } from './native-drivers.ts'
import { keepInNodeSqlite } from './node-sqlite.ts'

declare const __filename: string

const mark = Symbol.for('devdb.door')
const place = globalThis as { [mark]?: { lift(): void } }

if (place[mark] === undefined) {
  let rules: readonly DoorRule[] = readRules(process.env).filter(({ dialect }) => dialect === 'sqlite')
  place[mark] = {
    lift() {
      rules = []
    },
  }
  if (rules.length > 0) {
    watchNativeDrivers(() => rules)
    keepInNodeSqlite(() => rules)
    carryDoor(process.env[doorVariable] ?? '[]', __filename)
    syncBuiltinESMExports()
  }
}
