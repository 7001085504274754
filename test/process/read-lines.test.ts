import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Output, readLines } from '../../src/process/read-lines.ts'

async function read(
  ...chunks: readonly (string | Buffer)[]
): Promise<{ readonly lines: readonly string[]; readonly output: Output }> {
  const stream = new PassThrough()
  const lines: string[] = []
  const output = readLines([stream], (line) => lines.push(line))
  const ended = new Promise((resolve) => stream.once('end', resolve))
  for (const chunk of chunks) {
    stream.write(chunk)
    await new Promise(setImmediate)
  }
  stream.end()
  await ended
  return { lines, output }
}

test.each<[string, readonly string[], readonly string[]]>([
  ['lines', ['one\ntwo\n'], ['one', 'two']],
  ['a last line that does not end', ['one\ntwo'], ['one', 'two']],
  ['a line in pieces', ['o', 'n', 'e\nt', 'wo\n'], ['one', 'two']],
  ['empty lines, which say nothing', ['\n\none\n \n'], ['one']],
  ['line ends of Windows, also between pieces', ['one\r\ntwo\r', '\nthree\r\n'], ['one', 'two', 'three']],
  ['progress drawn with \\r, of which the last state counts', ['10 %\r50 %\r100 %\ndone\n'], ['100 %', 'done']],
  [
    'colours and other control sequences',
    ['\u001b[1m\u001b[31mred\u001b[0m\u001b[2K \u001b]0;title\u0007\u0000x\n'],
    ['red x'],
  ],
  ['a tab', ['a\tb\n'], ['a\tb']],
])('%s', async (_, chunks, expected) => {
  expect((await read(...chunks)).lines).toEqual(expected)
})

test('letters that are cut in the middle of their bytes are whole again', async () => {
  const bytes = Buffer.from('größe 🎉\nnächste\n')
  const pieces = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1))
  expect((await read(...pieces)).lines).toEqual(['größe 🎉', 'nächste'])
})

test('megabytes without a line end are one cut line', async () => {
  const { lines } = await read(...Array.from({ length: 60 }, () => 'x'.repeat(100_000)))
  expect(lines).toEqual(['x'.repeat(2000)])
})

test('progress of any length without a line end shows its last state', async () => {
  const { lines } = await read(...Array.from({ length: 500 }, (_, index) => `\r${index} of 500 is done`))
  expect(lines).toEqual(['499 of 500 is done'])
})

test('a flood is passed on for a while, then only its end is kept', async () => {
  const { lines, output } = await read(Array.from({ length: 20_000 }, (_, index) => `line ${index}\n`).join(''))
  expect(lines).toHaveLength(5000)
  expect(lines.slice(-2)).toEqual(['line 4998', '… more lines are not shown'])
  expect(output.lastLines).toEqual(Array.from({ length: 20 }, (_, index) => `line ${19_980 + index}`))
})

test('a stream that fails or is missing ends nothing', async () => {
  const stream = new PassThrough()
  const lines: string[] = []
  readLines([null, undefined, stream], (line) => lines.push(line))
  stream.write('one\n')
  await new Promise(setImmediate)
  stream.destroy(new Error('gone'))
  await new Promise(setImmediate)
  expect(lines).toEqual(['one'])
})

test('wherever the pieces are cut, the lines are the same', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '\r\n', 'é', '🎉', ' c'), maxLength: 40 })
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.nat(60), { maxLength: 6 }), async (value, cuts) => {
      const bytes = Buffer.from(value)
      const sorted = [...new Set([0, ...cuts.filter((cut) => cut < bytes.length), bytes.length])].sort((a, b) => a - b)
      const pieces = sorted.slice(1).map((cut, index) => bytes.subarray(sorted[index], cut))
      expect((await read(...pieces)).lines).toEqual((await read(bytes)).lines)
    }),
    { numRuns: 100 },
  )
})
