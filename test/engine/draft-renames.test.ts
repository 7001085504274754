/** What is answered, what is asked, and what is remembered of renames. Pure: schemas in, decisions out. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keepAnswers } from '../../src/engine/draft-renames.ts'
import { readRenames, writeRenames } from '../../src/engine/renames-file.ts'
import { describeChange } from '../../src/schema/describe-change.ts'
import { tempFolder } from '../temp-folder.ts'
import { answersOf, type Decided, decide, kinds, none, optionsOf } from './rename-decisions.ts'

const t = (columns: string): string => `CREATE TABLE t (id INTEGER PRIMARY KEY, ${columns})`
const lines = ({ renames }: Decided): readonly string[] => renames.map(describeChange)

describe('flags', () => {
  const [before, after] = [t('nick TEXT, mail TEXT'), t('nickname TEXT, email TEXT')]

  test('answer several at once; what is not named is a question still, or none with --no-rename', async () => {
    const asked = await decide(before, after)
    expect(asked.questions.map(({ id }) => id)).toEqual(['rename t.nick', 'rename t.mail'])
    expect(optionsOf(asked)[0]).toEqual(['--rename t.nick:t.nickname', '--rename t.nick:t.email', '--no-rename'])

    const one = await decide(before, after, { renames: ['t.nick:t.nickname'] })
    expect([lines(one), optionsOf(one)]).toEqual([
      ['> t.nick  renamed to nickname'],
      [['--rename t.mail:t.email', '--no-rename']],
    ])
    const both = await decide(before, after, { renames: ['t.mail:t.email', 't.nick:t.nickname'] })
    expect([lines(both), both.questions]).toEqual([['> t.mail  renamed to email', '> t.nick  renamed to nickname'], []])

    const rest = await decide(before, after, { renames: ['t.nick:t.nickname'], noRename: true })
    expect([lines(rest), rest.questions]).toEqual([['> t.nick  renamed to nickname'], []])
    expect(rest.remembered).toEqual({ ...none, renames: ['t.nick:t.nickname'], notRenamed: ['t.mail'] })
  })

  test('may rename what devdb would not have offered: another type, a name that is there before and after', async () => {
    const odd = await decide(t('a TEXT, b TEXT'), t('c INTEGER, b TEXT'), { renames: ['t.a:t.c'] })
    expect(odd.questions).toEqual([])
    const chain = await decide(t('a TEXT, b TEXT'), t('b TEXT, c TEXT'), { renames: ['t.a:t.b', 't.b:t.c'] })
    expect(lines(chain)).toEqual(['> t.a  renamed to b', '> t.b  renamed to c'])
  })

  test.each([
    ['one column gets two names', { renames: ['t.nick:t.nickname', 't.nick:t.email'] }, 't.nick before'],
    ['two columns get one name', { renames: ['t.nick:t.email', 't.mail:t.email'] }, 't.email after'],
    ['it was not there', { renames: ['t.nix:t.email'] }, '"t.nix:t.email" names no column'],
    ['it is not there', { renames: ['t.nick:t.nix'] }, '"t.nick:t.nix" names no column'],
    ['it goes to another table', { renames: ['t.nick:u.email'] }, '"t.nick:u.email" names no column'],
    ['no such table was there', { tableRenames: ['s:t'] }, '"s:t" names no table'],
    ['no such table is there', { tableRenames: ['t:s'] }, '"t:s" names no table'],
  ])('that contradict each other, or what there is, are refused: %s', async (_, answers, message) => {
    const error = await decide(before, after, answers).catch((each: unknown) => each)
    expect(error).toMatchObject({ code: 'usage', message: expect.stringContaining(message) })
  })

  test('are written as a shell takes them', async () => {
    const asked = await decide(t('"it\'s" TEXT'), t('"it is" TEXT'))
    expect(optionsOf(asked)[0]?.[0]).toBe("--rename 't.it'\\''s:t.it is'")
  })
})

test('what is gone or new by consent is asked about no more, and can be renamed all the same', async () => {
  const sides = [t('old TEXT, nick TEXT'), t('nickname TEXT')] as const
  expect((await decide(...sides)).questions).toHaveLength(2)
  const asked = await decide(...sides, {}, none, ['- t.old  TEXT'])
  expect(optionsOf(asked)).toEqual([['--rename t.nick:t.nickname', '--no-rename']])
  expect((await decide(...sides, {}, none, ['+ t.nickname  TEXT'])).questions).toEqual([])
  const told = await decide(...sides, { renames: ['t.old:t.nickname'] }, none, ['- t.old  TEXT'])
  expect([lines(told), told.questions]).toEqual([['> t.old  renamed to nickname'], []])
})

describe('tables', () => {
  const people = 'CREATE TABLE people (id INTEGER PRIMARY KEY, age INTEGER, nick TEXT)'
  const users = 'CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER, nickname TEXT)'

  test('are asked about together with their columns, and one command answers both', async () => {
    const asked = await decide(people, users)
    expect([kinds(asked), optionsOf(asked)]).toEqual([
      ['rename-table', 'rename-column'],
      [
        ['--rename-table people:users', '--no-rename'],
        ['--rename users.nick:users.nickname', '--no-rename'],
      ],
    ])
    expect(asked.renames).toEqual([])
    const tableRenames = ['people:users']
    for (const renames of [['users.nick:users.nickname'], ['people.nick:users.nickname']]) {
      const answered = await decide(people, users, { tableRenames, renames })
      expect([lines(answered), answered.questions]).toEqual([
        ['> people  renamed to users', '> users.nick  renamed to nickname'],
        [],
      ])
      expect(answered.remembered).toEqual({ ...none, tableRenames, renames: ['users.nick:users.nickname'] })
    }
    const mixed = await decide(people, users, { tableRenames, noRename: true })
    expect([lines(mixed), mixed.questions]).toEqual([['> people  renamed to users'], []])
    const neither = await decide(people, users, { noRename: true })
    expect([neither.renames, neither.questions, neither.remembered]).toEqual([
      [],
      [],
      { ...none, notRenamedTables: ['people'] },
    ])
  })

  test('are not renamed twice: what one answer takes is offered to nobody else', async () => {
    const two = `${people}; CREATE TABLE folk (id INTEGER PRIMARY KEY, age INTEGER, nick TEXT)`
    const now = 'CREATE TABLE users (id INTEGER PRIMARY KEY, age INTEGER, nick TEXT)'
    expect(kinds(await decide(two, now))).toEqual(['rename-table', 'rename-table'])
    const earlier = { ...none, tableRenames: ['people:users'] }
    for (const answered of [
      await decide(two, now, { tableRenames: ['people:users'] }),
      await decide(two, now, {}, earlier),
    ])
      expect([lines(answered), answered.questions]).toEqual([['> people  renamed to users'], []])
  })

  test('are asked about in one go where several want one name: the one with the same words has it, the other its next', async () => {
    const tables = (...all: readonly string[]): string => all.map((text) => `CREATE TABLE ${text}`).join('; ')
    const before = tables('t_ (id, ab TEXT)', 'people (id, a TEXT, nickname TEXT)')
    const after = tables('T (id, a TEXT, aB TEXT)', 'users (id, a TEXT, d TEXT)')
    const asked = await decide(before, after)
    const flags = optionsOf(asked).map(([flag]) => flag!)
    expect(flags).toEqual(['--underscored', '--rename-table people:users', '--rename users.nickname:users.d'])
    const answered = await decide(before, after, answersOf(flags))
    expect([answered.renames.length, answered.questions]).toEqual([4, []])
  })
})

describe('names that are joined otherwise', () => {
  const before = 'CREATE TABLE userNotes (id INTEGER PRIMARY KEY, createdAt TEXT, userName TEXT, note TEXT)'
  const after = 'CREATE TABLE user_notes (id INTEGER PRIMARY KEY, created_at TEXT, user_name TEXT, memo TEXT)'
  const all = [
    '> userNotes  renamed to user_notes',
    '> user_notes.createdAt  renamed to created_at',
    '> user_notes.userName  renamed to user_name',
  ]

  test('are one question over tables and columns; what remains is asked besides, without what the one answer takes', async () => {
    const asked = await decide(before, after)
    expect([kinds(asked), optionsOf(asked)]).toEqual([
      ['underscored', 'rename-column'],
      [
        ['--underscored', '--no-rename'],
        ['--rename user_notes.note:user_notes.memo', '--no-rename'],
      ],
    ])
    expect(asked.questions[0]?.text).toContain('3 names are now joined otherwise (userNotes → user_notes,')
    const yes = await decide(before, after, { underscored: true })
    expect([lines(yes), optionsOf(yes)]).toEqual([all, [['--rename user_notes.note:user_notes.memo', '--no-rename']]])
    const mixed = await decide(before, after, { underscored: true, noRename: true })
    expect([lines(mixed), mixed.questions, mixed.remembered.notRenamed]).toEqual([all, [], ['user_notes.note']])
    const no = await decide(before, after, { noRename: true })
    expect([no.renames, no.questions]).toEqual([[], []])
    // In the answers of a terminal, it is each of them.
    const given = await decide(before, after, {}, { ...none, ...asked.questions[0]!.options[0]!.answer })
    expect(lines(given)).toEqual(all)
  })

  test('are an ordinary question where there is one only, and the flag answers it all the same', async () => {
    const sides = [t('userName TEXT'), t('user_name TEXT')] as const
    expect(optionsOf(await decide(...sides))).toEqual([['--rename t.userName:t.user_name', '--no-rename']])
    expect(lines(await decide(...sides, { underscored: true }))).toEqual(['> t.userName  renamed to user_name'])
  })

  test('do not become one: two that want the same name are asked about one by one', async () => {
    const sides = [t('userName TEXT, user_Name TEXT'), t('user_name_ TEXT')] as const
    for (const flags of [{}, { underscored: true }]) {
      const asked = await decide(...sides, flags)
      expect([asked.renames, kinds(asked)]).toEqual([[], ['rename-column', 'rename-column']])
    }
    const none = await decide(...sides, { underscored: true, noRename: true })
    expect([none.renames, none.questions]).toEqual([[], []])
  })
})

describe('an exchange of types', () => {
  const sides = [t('a TEXT, b INTEGER'), t('a INTEGER, b TEXT')] as const
  const flag = ['t.a:t.b', 't.b:t.a']

  test('is one question, answered with both renames or with none; either answer is remembered', async () => {
    const asked = await decide(...sides)
    expect(optionsOf(asked)).toEqual([['--rename t.a:t.b t.b:t.a', '--no-rename']])
    const yes = await decide(...sides, { renames: flag })
    expect([lines(yes), yes.questions, yes.remembered]).toEqual([
      ['> t.a  renamed to b', '> t.b  renamed to a'],
      [],
      { ...none, renames: flag },
    ])
    const no = await decide(...sides, { noRename: true })
    expect([no.renames, no.questions, no.remembered]).toEqual([[], [], { ...none, notRenamed: ['t.a <> t.b'] }])
    for (const { remembered, renames } of [yes, no]) {
      const again = await decide(...sides, {}, remembered)
      expect([again.renames, again.questions, again.remembered]).toEqual([renames, [], remembered])
      // The flags of today win.
      expect((await decide(...sides, { noRename: true }, remembered)).renames).toEqual([])
      expect((await decide(...sides, { renames: flag }, remembered)).renames).toHaveLength(2)
    }
  })

  test('is none where one of them has only just got its name', async () => {
    const renamed = [t('ab INTEGER, a TEXT'), t('a_b TEXT, a INTEGER')] as const
    const flags = { renames: ['t.ab:t.a_b'] }
    const answered = await decide(...renamed, flags)
    expect([lines(answered), answered.questions]).toEqual([['> t.ab  renamed to a_b'], []])
    expect((await decide(...renamed, {}, answered.remembered)).questions).toEqual([])
  })

  test('of three columns is asked until one answer is left, and no column gets two names', async () => {
    const three = [t('a TEXT, b INTEGER, c INTEGER'), t('a INTEGER, b TEXT, c TEXT')] as const
    const asked = await decide(...three)
    expect(asked.questions).toHaveLength(2)
    const given = { ...none, ...asked.questions[0]!.options[0]!.answer }
    const answered = await decide(...three, {}, given)
    expect([lines(answered), answered.questions]).toEqual([['> t.a  renamed to b', '> t.b  renamed to a'], []])
  })
})

describe('what was answered earlier', () => {
  test('is used without asking while it fits, is no longer kept once it does not, and yields to flags', async () => {
    const [before, after] = [t('a TEXT, b TEXT, k TEXT'), t('x TEXT, y TEXT, k TEXT')]
    const earlier = { ...none, renames: ['t.a:t.x', 't.gone:t.k', 'u.a:u.x'], notRenamed: ['t.b', 't.k', 'u.b <> u.c'] }
    const stale = { ...earlier, tableRenames: ['s:t'], notRenamedTables: ['s'] }
    const used = await decide(before, after, {}, stale)
    expect([lines(used), used.questions]).toEqual([['> t.a  renamed to x'], []])
    expect(used.remembered).toEqual({ ...none, renames: ['t.a:t.x'], notRenamed: ['t.b'] })
    const told = await decide(before, after, { renames: ['t.b:t.x'], noRename: true }, stale)
    expect([lines(told), told.remembered]).toEqual([
      ['> t.b  renamed to x'],
      { ...none, renames: ['t.b:t.x'], notRenamed: ['t.a'] },
    ])
  })

  test('is offered to nobody else, and two answers that contradict each other ask again', async () => {
    const sides = [t('a TEXT, b TEXT'), t('x TEXT')] as const
    const used = await decide(...sides, {}, { ...none, renames: ['t.a:t.x'] })
    expect([lines(used), used.questions]).toEqual([['> t.a  renamed to x'], []])
    // As a merge of two branches leaves them.
    const both = await decide(...sides, {}, { ...none, renames: ['t.a:t.x', 't.b:t.x'] })
    expect([both.renames, both.questions.length]).toEqual([[], 2])
  })

  test('about what is left out of a draft is kept, but for what is answered anew', () => {
    const earlier = {
      ...none,
      renames: ['t.a:t.x', 't.b:t.y'],
      notRenamed: ['t.c', 't.d <> t.e'],
      tableRenames: ['s:u'],
    }
    const now = { ...none, renames: ['t.c:t.z'], notRenamed: ['t.a'], notRenamedTables: ['s'] }
    expect(keepAnswers(now, earlier)).toEqual({
      renames: ['t.b:t.y', 't.c:t.z'],
      tableRenames: [],
      notRenamed: ['t.a', 't.d <> t.e'],
      notRenamedTables: ['s'],
    })
  })

  test('is in a file, sorted by key, which goes when nothing is left', () => {
    const root = tempFolder()
    const file = join(root, 'devdb.renames.json')
    expect(readRenames({ root })).toEqual(none)
    writeRenames({ root }, { ...none, notRenamed: ['t.b'], renames: ['t.a:t.x'] })
    expect(readFileSync(file, 'utf8')).toBe(
      '{\n  "renames": [\n    "t.a:t.x"\n  ],\n  "notRenamed": [\n    "t.b"\n  ]\n}\n',
    )
    expect(readRenames({ root })).toEqual({ ...none, renames: ['t.a:t.x'], notRenamed: ['t.b'] })
    expect(readdirSync(root)).toEqual(['devdb.renames.json'])
    writeRenames({ root }, none)
    expect(existsSync(file)).toBe(false)
  })

  test.each([
    ['no JSON', '{ "renames": ['],
    ['null', 'null'],
    ['a number', '5'],
    ['a list', '["t.a:t.x"]'],
    ['an empty list', '[]'],
    ['other things', '{ "accepted": [] }'],
    ['no lines', '{ "renames": [1] }'],
    ['no list', '{ "renames": "t.a:t.x" }'],
    ['a key that is misspelled beside others', '{ "renames": [], "notrenamed": ["t.a"] }'],
  ])('with %s in its file is a fault of the configuration', (_, content) => {
    const root = tempFolder()
    const file = join(root, 'devdb.renames.json')
    writeFileSync(file, content)
    expect(() => readRenames({ root })).toThrow(
      expect.objectContaining({ code: 'config-invalid', parts: expect.objectContaining({ file }) }),
    )
  })
})
