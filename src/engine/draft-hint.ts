/** What to do about a draft whose test failed: its cause decides, and whether the file is still there. */
import { basename } from 'node:path'
import type { Problem } from '../error.ts'
import { shellWord } from '../process/shell-word.ts'
import type { Schema } from '../schema/schema.ts'

/**
 * What dev has that stands in the draft's way; null where nothing is known to.
 * @param problem what the draft failed with
 * @param dev the schema that it ran on
 */
export function obstacleIn({ message }: Problem, dev: Schema): string | null {
  const [, used] =
    /error in ((?:view|trigger|index) .+?) after (?:rename|drop column): /.exec(message) ??
    /^after (?:the second )?(?:up|down) (.+?) does not work: /.exec(message) ??
    []
  if (used !== undefined) return `${used} uses what goes: let the draft drop or change it first`
  const [, kind, name] =
    /(view|trigger) (.+?) does not work \(/.exec(message) ?? /error in (view|trigger) (.+?): /.exec(message) ?? []
  const object = kind === undefined ? null : objectNamed(dev, kind, name!)
  if (object !== null)
    return `${object} of dev refers to what is not there: devdb drift --take-back ${shellWord(object)}`
  const [, type] = /unknown datatype for [^"]*: "(.*)"/.exec(message) ?? []
  if (type !== undefined)
    return `the table is STRICT, which takes INTEGER, REAL, TEXT, BLOB and ANY, and not ${type}: give the model's attribute such a type`
  const [, nulls] = /NOT NULL constraint failed: (.*)/.exec(message) ?? []
  if (nulls !== undefined) return `rows have NULL in ${nulls.replace(/^new_/, '')}: give them a value first`
  const [, twins] = /UNIQUE constraint failed: (.*)/.exec(message) ?? []
  return twins === undefined ? null : `rows have the same ${twins.replaceAll('new_', '')}: make them differ first`
}

function objectNamed({ views, tables }: Schema, kind: string, name: string): string | null {
  if (kind === 'view' && views.some((view) => view.name === name)) return `view:${name}`
  const table = Object.values(tables).find(({ triggers }) => triggers.some((trigger) => trigger.name === name))
  return kind === 'trigger' && table !== undefined ? `trigger:${table.name}.${name}` : null
}

/**
 * The Problem of a draft whose test failed, for who has it on the screen.
 * @param problem what it failed with
 * @param obstacle see `obstacleIn`
 * @param file the draft
 * @param isKept whether it is still there
 * @param ifRemoved what to do where it is not
 */
export function withDraftHint(
  problem: Problem,
  obstacle: string | null,
  file: string,
  isKept: boolean,
  ifRemoved: string,
): Problem {
  const next = isKept ? `edit ${basename(file)}, then try it: devdb rehearse` : `the file was removed: ${ifRemoved}`
  return { ...problem, hint: obstacle === null ? next : `${obstacle}; ${next}` }
}
