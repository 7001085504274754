/** The user's own Sequelize: two copies do not recognise each other's types. */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type * as SequelizePackage from 'sequelize'
import { addressOf, type Target } from '../database/target.ts'
import { DevdbError } from '../error.ts'
import { installCommand } from '../process/find-installer.ts'

/** What `require('sequelize')` gives. */
export type Sequelize6 = typeof SequelizePackage

/**
 * Loads Sequelize from the user's project; where it has none, the copy beside devdb.
 * @param root the project
 * @throws DevdbError `package-missing`
 */
export function loadSequelize(root: string): Sequelize6 {
  for (const from of [join(root, 'package.json'), import.meta.url]) {
    try {
      return createRequire(from)('sequelize') as Sequelize6
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  }
  throw new DevdbError('package-missing', `the project in ${root} has no sequelize`, {
    hint: installCommand(root, 'sequelize'),
  })
}

/** Projects whose Sequelize was loaded in this process. */
const preloaded = new Set<string>()

/**
 * Loads all of Sequelize that an instance on a database needs; where it cannot, nothing happens before it is really asked for.
 * @param root the project
 * @param target the database
 */
export function preloadSequelize(root: string, target: Target): void {
  if (preloaded.has(root)) return
  preloaded.add(root)
  try {
    createInstance(root, target)
  } catch {
    // The error is the same again where it is known what for.
  }
}

/**
 * An instance of the sequelize-typescript that a file of the user's loads.
 * @param file a module with decorated classes, absolute
 * @param target the database
 */
export function createDecorated(file: string, target: Target): SequelizePackage.Sequelize {
  const { Sequelize } = createRequire(file)('sequelize-typescript') as Sequelize6
  return new Sequelize(optionsOf(target))
}

/**
 * An instance of the user's Sequelize on a database.
 * @param root the project
 * @param target the database
 */
export function createInstance(root: string, target: Target): SequelizePackage.Sequelize {
  const { Sequelize } = loadSequelize(root)
  return new Sequelize(optionsOf(target))
}

/** Settings as the configuration file gives them, functions among them, by the file. */
const whole = new Map<string, Readonly<Record<string, unknown>>>()

/**
 * Makes the settings known to this process that are no JSON.
 * @param file the configuration file, as `Target.settingsFile` names it
 * @param settings all of them
 */
export const knowSettings = (file: string, settings: Readonly<Record<string, unknown>>): void =>
  void whole.set(file, settings)

/** Each instance gets its own, since Sequelize changes some of what it is given. */
function optionsOf(target: Target): SequelizePackage.Options {
  const settings = (target.settingsFile === null ? undefined : whole.get(target.settingsFile)) ?? target.settings
  const own = Object.entries(settings).map(([key, value]) => [key, ownCopy(value)])
  return { logging: false, ...Object.fromEntries(own), ...addressOf(target) } as SequelizePackage.Options
}

/** Plain objects and lists are copied; functions, classes and expressions are the same. */
function ownCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ownCopy)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ownCopy(inner)]))
}
