/** In an idle child: loads all that the next build needs, and runs it once, so that it is compiled when it counts. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Target } from '../../database/target.ts'
import { dialectNamed } from '../../dialect/find-dialect.ts'
import { createInstance, loadSequelize, preloadSequelize } from '../../model/load-sequelize.ts'
import { recordSync } from '../../model/record-sync.ts'
import { importFile } from '../../process/import-file.ts'
import type { Operation, OperationCode } from './operation.ts'

export type WarmUp = Operation<{ readonly target: Target }, null>

export const operation: OperationCode<WarmUp> = {
  importsCode: () => true,
  prepare: ({ target }, root) => preloadSequelize(root, target),
  run: warmUp,
}

/** After how many models, and files, more of them gain nothing: found by measuring. */
const [rounds, files] = [50, 40]

async function warmUp({ target }: WarmUp['input'], { root }: { readonly root: string }): Promise<null> {
  await Promise.all(['define-models', 'create-tables', 'run-seed-module', 'run-seed-script'].map(loadOperation))
  const dialect = dialectNamed(target.dialect, root)
  dialect.loadDriver()
  const { DataTypes } = loadSequelize(root)
  const sequelize = createInstance(root, target)
  const types = [DataTypes.STRING, DataTypes.TEXT, DataTypes.BOOLEAN, DataTypes.DATE, DataTypes.DECIMAL(10, 2)]
  for (let round = 0; round < rounds; round++) {
    const attributes = Object.fromEntries(types.map((type, index) => [`value${index}`, { type, allowNull: index > 2 }]))
    const parent = sequelize.define(`parent${round}`, attributes, { indexes: [{ unique: true, fields: ['value0'] }] })
    const child = sequelize.define(`child${round}`, attributes)
    parent.hasMany(child)
    child.belongsTo(parent)
  }
  await recordSync(sequelize)
  await loadFiles(dirname(String(target.storage ?? root)))
  return null
}

/** Loads small files that are no dependency's, as models are, and an ES module: for the first of those tsx is loaded whole. */
async function loadFiles(folder: string): Promise<void> {
  const place = join(folder, `warm-${process.pid}`)
  mkdirSync(place, { recursive: true })
  try {
    for (let index = 0; index < files; index++) {
      const file = join(place, `${index}.cjs`)
      writeFileSync(file, `module.exports = (sequelize, DataTypes) => [sequelize, DataTypes, ${index}]\n`)
      await importFile(file)
    }
    const module = join(place, 'module.mjs')
    writeFileSync(module, 'export default null\n')
    await importFile(module)
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}

const loadOperation = (name: string): Promise<unknown> =>
  import(new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href)
