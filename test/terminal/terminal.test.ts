import { afterEach, expect, test } from 'vitest'
import { frameToSvg } from './frame-to-svg.ts'
import { keySequences, openTerminal, type Terminal, type TerminalOptions } from './terminal.ts'

const opened: Terminal[] = []
afterEach(async () => {
  for (const terminal of opened.splice(0)) await terminal.close()
})

function run(program: string, options: Partial<TerminalOptions> = {}): Terminal {
  const terminal = openTerminal({ command: process.execPath, args: ['-e', program], ...options })
  opened.push(terminal)
  return terminal
}

test('shows what a program printed, and how it ended', async () => {
  const terminal = run('console.log("hello"); console.log("there  "); process.exitCode = 3', { columns: 40, rows: 5 })
  expect(await terminal.exited).toEqual({ code: 3, signal: null })
  expect(terminal.screen()).toBe('hello\nthere')
})

test('nothing that was printed last is lost where the test was busy when the program ended', async () => {
  const terminal = run(`
    process.stdin.once('data', () => {
      process.stdout.write('x'.repeat(20_000) + ' last')
      process.exit()
    })
    console.log('waiting')`)
  await terminal.waitFor('waiting')
  terminal.type(keySequences.enter)
  // What is typed is written in a turn of its own; then nobody reads until well after the end.
  await new Promise((resolve) => setImmediate(resolve))
  for (const end = performance.now() + 500; performance.now() < end; );
  await terminal.exited
  expect(terminal.raw()).toMatch(/x{20000} last$/)
})

test('types keys, and tells the program about a new size', async () => {
  const terminal = run(`
    process.stdin.setRawMode(true)
    process.stdin.on('data', (keys) => console.log('got', JSON.stringify(String(keys)), process.stdout.columns))
    process.stdout.on('resize', () => console.log('now', process.stdout.columns, process.stdout.rows))
    console.log('waiting')`)
  await terminal.waitFor('waiting')
  terminal.type(keySequences.up)
  await terminal.waitFor('got "\\u001b[A" 80')
  terminal.resize(50, 10)
  await terminal.waitFor(/now 50 10/)
})

test('knows the alternate screen and the cursor', async () => {
  const terminal = run(`
    process.stdout.write('\\x1b[?1049h\\x1b[?25linside')
    process.stdin.setRawMode(true)
    process.stdin.once('data', () => { process.stdout.write('\\x1b[?25h\\x1b[?1049l'); process.exit() })`)
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([false, true])
  await terminal.waitFor('inside')
  expect([terminal.isAlternate(), terminal.isCursorVisible()]).toEqual([true, false])
  terminal.type('q')
  await terminal.exited
  expect([terminal.isAlternate(), terminal.isCursorVisible(), terminal.screen()]).toEqual([false, true, ''])
})

test('says what was on the screen when something is not seen', async () => {
  const terminal = run('console.log("something else"); setInterval(() => {}, 1000)')
  await terminal.waitFor('something else')
  await expect(terminal.waitFor('the text', 60)).rejects.toThrow(
    'the text was not seen in 60 ms. The screen:\nsomething else',
  )
  terminal.kill('SIGTERM')
  expect(await terminal.exited).toEqual({ code: 0, signal: 15 })
  await expect(terminal.waitFor('the text')).rejects.toThrow('before the program ended')
})

test('draws a frame as an SVG, each run in its place', async () => {
  const terminal = run('console.log("\\x1b[1;32mok\\x1b[0m <b> \\x1b[2mdim\\x1b[0m \\x1b[44mon\\x1b[0m")', {
    columns: 20,
    rows: 2,
  })
  await terminal.exited
  const svg = frameToSvg(terminal.emulator.buffer.active, { columns: 20, rows: 2, title: 'a & b' })
  expect(svg).toContain('aria-label="a &#38; b"')
  expect(
    svg.split('\n').filter((line) => line.includes('textLength') || line.includes('#67b0e8')),
  ).toMatchInlineSnapshot(`
    [
      "<text x="16" y="66.06" textLength="16.8" lengthAdjust="spacingAndGlyphs" fill="#8ccf7e" font-weight="bold">ok</text>",
      "<text x="41.2" y="66.06" textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#d6dae2">&#60;b&#62;</text>",
      "<text x="74.8" y="66.06" textLength="25.2" lengthAdjust="spacingAndGlyphs" fill="#7d8493">dim</text>",
      "<rect x="108.4" y="52" width="16.8" height="19" fill="#67b0e8"/>",
      "<text x="108.4" y="66.06" textLength="16.8" lengthAdjust="spacingAndGlyphs" fill="#d6dae2">on</text>",
    ]
  `)
})
