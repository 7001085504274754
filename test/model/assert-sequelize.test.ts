import { expect, test } from 'vitest'
import { DevdbError } from '../../src/error.ts'
import { assertSequelize } from '../../src/process/assert-sequelize.ts'
import { tempProject } from '../temp-folder.ts'

const installed = (name: string, version: string): string =>
  tempProject({ 'package.json': '{}', [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }) })

test('every Sequelize 6 is taken, with a byte order mark in its package.json, too; every other one is refused in one sentence', () => {
  for (const version of ['6.0.0', '6.1.0', '6.9.0', '6.20.1', '6.37.8'])
    expect(() => assertSequelize(installed('sequelize', version))).not.toThrow()
  const marked = tempProject({ 'node_modules/sequelize/package.json': '\uFEFF{ "version": "6.1.0" }' })
  expect(() => assertSequelize(marked)).not.toThrow()
  for (const version of ['4.44.4', '5.22.5', '7.0.0-alpha.9', '60.0.0']) {
    const problem = problemOf(installed('sequelize', version))
    expect(problem?.message).toBe(`devdb works with Sequelize 6, and the project has Sequelize ${version}`)
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
