import { expect, test } from 'vitest'
import { DevdbError } from '../../src/error.ts'
import { assertSequelize } from '../../src/process/assert-sequelize.ts'
import { tempFolder, writeFiles } from '../temp-folder.ts'

/** A folder without devdb's packages, so that nothing of those is written to. */
function installed(name: string, about: string): string {
  const root = tempFolder()
  writeFiles(root, { 'package.json': '{}', [`node_modules/${name}/package.json`]: about })
  return root
}

const version = (text: string): string => JSON.stringify({ name: 'sequelize', version: text })

test('every Sequelize 6 is taken, with a byte order mark in its package.json, too; every other one is refused in one sentence', () => {
  for (const text of ['6.0.0', '6.1.0', '6.9.0', '6.20.1', '6.37.8'])
    expect(() => assertSequelize(installed('sequelize', version(text)))).not.toThrow()
  expect(() => assertSequelize(installed('sequelize', `\uFEFF${version('6.1.0')}`))).not.toThrow()
  for (const text of ['4.44.4', '5.22.5', '7.0.0-alpha.9', '60.0.0']) {
    const problem = problemOf(installed('sequelize', version(text)))
    expect(problem?.message).toBe(`devdb works with Sequelize 6, and the project has Sequelize ${text}`)
    expect(problem).toMatchObject({ code: 'package-missing', parts: { hint: 'npm install sequelize@6' } })
  }
})

function problemOf(root: string): DevdbError | null {
  try {
    assertSequelize(root)
    return null
  } catch (error) {
    if (error instanceof DevdbError) return error
    throw error
  }
}
