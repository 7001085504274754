/** A program for terminal tests and for the eye: shows a recorded session. `tsx test/ui/play-session.ts FILE [LINES]`; q quits. */
import { readFileSync } from 'node:fs'
import type { Event } from '../../src/event/event.ts'
import { createStore } from '../../src/event/store.ts'
import { loadUi } from '../../src/ui/load-ui.ts'

const [file = '', lines = 'Infinity', fault = ''] = process.argv.slice(2)
const store = createStore()
const told = readFileSync(file, 'utf8').trim().split('\n').slice(0, Number(lines))
for (const line of told) store.accept(JSON.parse(line) as Event)

const note = (text: string) => store.emit('session-ended', { reason: text })
const renderUi = await loadUi()
const ui = renderUi({
  store,
  actions: {
    upgrade: (target) => note(`asked: upgrade ${target}`),
    downgrade: (target) => note(`asked: downgrade ${target}`),
    prepareUndo: () => note('asked: what an undo would do'),
    undo: (change) => note(`asked: undo ${change}`),
    rehearse: () => note('asked: rehearse'),
    agreeToCode: (verb, ids) => note(`agreed: ${verb} with ${ids.join(', ')}`),
    prepareStepBack: (verb) => note(`asked: what ${verb} would do`),
    stepBack: (verb, names) => note(`asked: ${verb} ${names.join(' ')}`),
    restore: (snapshot) => note(`asked: restore ${snapshot}`),
    tryDrift: (names) => note(`asked: what taking back ${names.join(' ')} would do`),
    settleDrift: ({ adopt, takeBack, ignore }) =>
      note(`asked: adopt ${adopt.join(' ')}, take back ${takeBack.join(' ')}, ignore ${ignore.join(' ')}`),
    prepareReset: () => note('asked: what recreating dev would lose'),
    resetDev: () => note('asked: recreate dev'),
    reset: () => note('asked: reset'),
    draft: {
      begin: (message) => note(`asked: draft ${message}`),
      answer: (index) => note(`asked: answer ${index}`),
      choose: (line, choice) => note(`asked: ${choice} ${line}`),
      keepColumns: (keeps) => note(`asked: keep columns ${keeps}`),
      accept: () => note('asked: accept'),
      keepFailed: (keeps) => note(`asked: keep failed ${keeps}`),
      cancel: () => note('asked: cancel'),
    },
    quit: () => ui.close(),
    interrupt: () => ui.close(),
    stop: () => note('asked: stop'),
  },
})
console.log('said by a library')
if (fault === 'throw') setTimeout(() => Promise.reject(new Error('a defect')), 300)
if (fault === 'exit') setTimeout(() => process.exit(7), 300)
if (fault === 'draw')
  setTimeout(() => store.accept({ v: 1, at: 0, job: null, kind: 'board-read', board: null } as unknown as Event), 300)
process.on('SIGTERM', () => ui.close())
await ui.waitUntilExit()
process.exit()
