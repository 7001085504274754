/** Each scenario as a developer lives through it: drafted, applied over rows, compared with a fresh build, reverted, applied again. */
import { DataTypes, type Sequelize } from 'sequelize'
import { describe, expect, test } from 'vitest'
import { sqliteRules } from '../../src/dialect/sqlite/sqlite-rules.ts'
import { decideRenames, noAnswers } from '../../src/engine/draft-renames.ts'
import { type CycleOptions, cycle, type Drafted, prepare } from '../draft/cycle.ts'
import { plausibleRows } from './scenario-rows.ts'
import { type Answers, type Define, readScenarios, type Scenario } from './scenarios.ts'
import { asks } from './verdict-table.ts'

/** What `sync()` makes of models. */
const synced = (define: Define) => async (db: Sequelize) => {
  await define(db, DataTypes)
  await db.sync()
}

/** Writes what the draft leaves to the developer. */
const fillIn =
  ({ fillIns = {} }: Answers) =>
  (text: string): string =>
    text.replace(/fillIn\((?<quote>['"])(.+?)\k<quote>\)/g, (_, __, column: string) =>
      JSON.stringify(fillIns[column] ?? (/(?:at|ed)$/i.test(column) ? 'CURRENT_TIMESTAMP' : "'new ' || rowid")),
    )

const optionsOf = ({ migrated, migratedAfter }: Scenario, answers: Answers): CycleOptions => ({
  ...answers,
  migrated,
  migratedAfter,
  isQuick: true,
  isFromModels: answers.keepsOld === true,
  edit: fillIn(answers),
})

/** Drafts without rows, to see what there is. */
async function propose(scenario: Scenario, answers: Answers): Promise<Drafted> {
  const options = optionsOf(scenario, answers)
  const { db, wantedDb, drafted } = await prepare(synced(scenario.before), synced(scenario.after), options)
  await Promise.all([db.close(), wantedDb.close()])
  return drafted
}

/** How many questions devdb has. */
function questionsOf({ from, wanted }: Drafted): number {
  const told = { renames: [], tableRenames: [], noRename: false, underscored: false }
  const { open } = decideRenames({ from, to: wanted, fits: () => true }, told, noAnswers, sqliteRules)
  return open.underscored.length + open.others.length + open.swaps.length
}

/** Goes through all of it with rows, where there is anything to draft. */
async function live(scenario: Scenario, answers: Answers): Promise<Drafted> {
  const drafted = await propose(scenario, answers)
  if (drafted.lines.length === 0) return drafted
  const rows = scenario.rows ?? plausibleRows(drafted.from)
  return cycle(synced(scenario.before), synced(scenario.after), { ...optionsOf(scenario, answers), rows })
}

describe('a change of the models becomes a migration that goes up, down and up', () => {
  for (const scenario of readScenarios()) {
    const name = scenario.name.replaceAll('-', ' ')
    const { renames = [], tableRenames = [], ...plain } = scenario.answers
    const isRename = renames.length + tableRenames.length > 0
    if (scenario.answers.onlyRenamed !== true)
      test(name, async () => {
        const { lines } = await live(scenario, plain)
        expect([...lines].sort()).toEqual(scenario.expected)
      })
    if (isRename)
      test(`${name}, as a rename`, async () => {
        expect(questionsOf(await propose(scenario, plain)) > 0).toBe(asks(scenario))
        const { changes, hazards, text } = await live(scenario, scenario.answers)
        const made = changes.filter(({ kind }) => kind === 'rename-table' || kind === 'rename-column')
        expect(made).toHaveLength(renames.length + tableRenames.length)
        const old = renames.map((rename) => rename.split(':')[0]!)
        expect(hazards.filter((hazard) => old.some((column) => hazard.includes(`${column} `)))).toEqual([])
        expect(text).toMatch(/RENAME COLUMN|RENAME TO|renameTable/)
      })
  }
})
