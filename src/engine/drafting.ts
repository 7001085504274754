/** A draft in the making, one question and one choice after the other: what `g` does in a watch. Told by events only. */
import { rmSync } from 'node:fs'
import { DevdbError, type Problem, toProblem } from '../error.ts'
import type { ChangeChoice, DraftQuestion } from '../event/draft-fields.ts'
import { describeChange } from '../schema/describe-change.ts'
import type { Schema } from '../schema/schema.ts'
import { readAccepted, writeAccepted } from './accepted-file.ts'
import { readModelSchema } from './compare-models.ts'
import { joinAnswers, noAnswers } from './draft-renames.ts'
import { generate } from './generate.ts'
import { type DraftWish, type PreparedDraft, prepareDraft } from './prepare-draft.ts'
import type { Project } from './project.ts'
import type { Job } from './queue.ts'
import { withLock } from './with-lock.ts'

/** What can be done about a draft. What comes of it arrives as events. */
export interface Drafting {
  /** @param message what the migration does */
  begin(message: string): void
  /** @param index of the answer to the question that is open */
  answer(index: number): void
  /** Changes dev, and then goes on with the draft. @param change why it did not work, or null */
  goOnAfter(change: () => Promise<Problem | null>): Promise<void>
  /** Says what becomes of a change. @param line the one that describes it */
  choose(line: string, choice: ChangeChoice): void
  /** Whether the down leaves added columns in place. */
  keepColumns(keeps: boolean): void
  /** Writes and proves it, and accepts the differences that were to be accepted. */
  accept(): void
  /** A draft whose proof failed stays, marked as such, or is removed. */
  keepFailed(keeps: boolean): void
  cancel(): void
  /** The models or the migrations are others now: what is not written yet is prepared anew. */
  refresh(): void
}

/** What drafting needs of its engine. */
export interface DraftingSetting {
  readonly project: Project
  push(job: Job): void
  /** The models of the last good build, or null. */
  models(): Schema | null
  /** Brings dev to head. @returns why it did not work, or null */
  upgrade(): Promise<Problem | null>
  /** Ends even a proof; its file is removed. */
  readonly stop: AbortSignal
}

/** What is being drafted. */
interface Draft {
  wish: Omit<DraftWish, 'isWanted'>
  readonly choices: Map<string, ChangeChoice>
  /** The changes' lines in the order in which they were told first: a choice must not move them. */
  lines: readonly string[]
  /** Null while it is being prepared: nothing may be made of what it was before. */
  prepared: PreparedDraft | null
  /** Counts what was chosen: only the preparation that knows all of it counts. */
  turn: number
  /** What was written; null before that. */
  files: readonly string[] | null
}

/** Makes the drafting of an engine. */
export function createDrafting({ project, push, models, upgrade, stop }: DraftingSetting): Drafting {
  const { store, config } = project
  let draft: Draft | null = null

  const prepare = (): void => {
    const own = draft
    if (own === null || own.files !== null) return
    own.prepared = null
    own.turn += 1
    const { turn } = own
    store.emit('draft-started', { message: own.wish.message })
    push({
      kind: 'draft',
      run: async (signal) => {
        if (draft !== own) return 'done'
        try {
          await withLock(project, signal, store.emit, () => prepareOnce(own, turn, signal))
        } catch (error) {
          if (signal.aborted) return 'aborted'
          if (draft === own) store.emit('draft-failed', { problem: toProblem(error) })
        }
        return 'done'
      },
    })
  }

  const prepareOnce = async (own: Draft, turn: number, signal: AbortSignal): Promise<void> => {
    const schema = models() ?? (await readModelSchema(project, store.emit, signal))
    const attempt = (): Promise<PreparedDraft> => prepareDraft(project, schema, wishOf(own), signal)
    let refusal: string | null = null
    const prepared = await attempt().catch((error: unknown) => {
      if (!own.wish.keepsColumns || !(error instanceof DevdbError) || error.code !== 'usage') throw error
      refusal = error.message
      own.wish = { ...own.wish, keepsColumns: false }
      return attempt()
    })
    // What was chosen meanwhile is not in it: the next one, which waits already, is the one to write.
    if (draft !== own || own.turn !== turn) return
    own.prepared = prepared
    tell(own, prepared, refusal)
  }

  const tell = (own: Draft, prepared: PreparedDraft, refusal: string | null): void => {
    const { changes, left, hazards, notes, questions, script } = prepared
    const [question = null] = questions
    const lines = [...changes, ...left].map(describeChange)
    own.lines = [
      ...own.lines.filter((line) => lines.includes(line)),
      ...lines.filter((line) => !own.lines.includes(line)),
    ]
    store.emit('draft-prepared', {
      message: own.wish.message,
      changes: own.lines.map((line) => ({ line, choice: own.choices.get(line) ?? 'drafted' })),
      hazards: hazards.map(({ message }) => message),
      notes: [...(refusal === null ? [] : [refusal]), ...notes],
      question: question === null ? null : shown(question),
      file: script?.migration.path ?? null,
      text: script?.files[0]?.text ?? null,
      keepsColumns: own.wish.keepsColumns,
    })
  }

  const write = async (own: Draft, prepared: PreparedDraft): Promise<void> => {
    const accepted = [...own.choices].flatMap(([line, choice]) => (choice === 'accepted' ? [line] : []))
    await withLock(project, stop, store.emit, async () => {
      if (accepted.length > 0) writeAccepted(config, [...new Set([...readAccepted(config), ...accepted])].sort())
      if (prepared.script !== null) store.emit('draft-written', { file: prepared.script.migration.path })
      // It stays until somebody has said what is to become of it.
      const { file, proof } = await generate(project, prepared, { keepsFailed: () => true }, stop)
      own.files = file === null || prepared.script === null ? [] : prepared.script.files.map(({ path }) => path)
      const { problem, obstacle: _, ...results } = proof
      store.emit('draft-finished', { file, proof: results, problem, accepted: accepted.length })
    })
  }

  const changeFirst = async (own: Draft, change: () => Promise<Problem | null>): Promise<void> => {
    own.prepared = null
    own.turn += 1
    store.emit('draft-started', { message: own.wish.message })
    const problem = await change()
    if (draft !== own) return
    if (problem === null) prepare()
    else store.emit('draft-failed', { problem })
  }

  return {
    begin(message) {
      const answers = { renames: [], tableRenames: [], noRename: false, underscored: false }
      const wish = {
        message,
        answers,
        given: noAnswers,
        onTop: false,
        isSql: false,
        keepsColumns: false,
        isEmpty: false,
      }
      draft = { wish, choices: new Map(), lines: [], prepared: null, turn: 0, files: null }
      prepare()
    },
    answer(index) {
      const question = draft?.prepared?.questions[0]
      if (draft === null || question === undefined) return
      const option = question.options[index]
      draft.lines = []
      if (option === undefined) return void changeFirst(draft, upgrade)
      const { onTop = draft.wish.onTop, ...given } = option.answer
      draft.wish = { ...draft.wish, onTop, given: joinAnswers(draft.wish.given, given) }
      prepare()
    },
    async goOnAfter(change) {
      if (draft === null || draft.files !== null) await change()
      else await changeFirst(draft, change)
    },
    choose(line, choice) {
      if (draft === null || draft.files !== null) return
      draft.choices.set(line, choice)
      // Seen at once; what follows from it takes its time.
      store.emit('draft-chosen', { line, choice })
      prepare()
    },
    keepColumns(keepsColumns) {
      if (draft === null || draft.files !== null) return
      draft.wish = { ...draft.wish, keepsColumns }
      prepare()
    },
    accept() {
      const own = draft
      const prepared = own?.prepared
      if (own === null || prepared === null || prepared === undefined || prepared.questions.length > 0) return
      if (own.files !== null) return
      own.files = []
      push({
        kind: 'change',
        run: async () => {
          if (draft !== own) return 'done'
          await write(own, prepared).catch((error: unknown) =>
            store.emit('draft-failed', { problem: toProblem(error) }),
          )
          return 'done'
        },
      })
    },
    keepFailed(keeps) {
      if (!keeps) for (const path of draft?.files ?? []) rmSync(path, { force: true })
      draft = null
      store.emit('draft-closed', {})
    },
    cancel() {
      draft = null
      store.emit('draft-closed', {})
    },
    refresh: prepare,
  }
}

const wishOf = ({ wish, choices }: Draft): DraftWish => ({
  ...wish,
  isWanted: (line) => (choices.get(line) ?? 'drafted') === 'drafted',
})

function shown({ kind, text, options }: PreparedDraft['questions'][number]): DraftQuestion {
  const texts = options.map((option) => option.text)
  if (kind !== 'not-up-to-date') return { text, options: texts }
  // The last one is asked about before it gets here.
  return { text, options: [...texts, 'upgrade dev first, now', 'recreate dev from its migrations'], isBehind: true }
}
