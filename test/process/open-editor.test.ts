import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { editorWords, openEditor } from '../../src/process/open-editor.ts'

test('VISUAL counts before EDITOR, and neither is a shell', () => {
  expect(editorWords({})).toBeNull()
  expect(editorWords({ VISUAL: ' ', EDITOR: '' })).toBeNull()
  expect(editorWords({ EDITOR: 'vi' })).toEqual(['vi'])
  expect(editorWords({ EDITOR: 'vi', npm_execpath: '/npm-cli.js' })).toBeNull()
  expect(editorWords({ EDITOR: 'nano', npm_execpath: '/npm-cli.js' })).toEqual(['nano'])
  expect(editorWords({ EDITOR: 'vi', VISUAL: 'vi', npm_execpath: '/npm-cli.js' })).toEqual(['vi'])
  expect(editorWords({ VISUAL: 'code --wait', EDITOR: 'vi' })).toEqual(['code', '--wait'])
  expect(editorWords({ EDITOR: `"/opt/my editor/ed" -c 'set list' $HOME` })).toEqual([
    '/opt/my editor/ed',
    '-c',
    'set list',
    '$HOME',
  ])
})

test('the file is the last word; what goes wrong is said', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'devdb-editor-'))
  const { signal } = new AbortController()
  const open = (...words: readonly string[]) => openEditor({ words, file: '/a b/c.ts', cwd, signal })
  expect(await open('sh', '-c', 'echo "$1" > seen', 'sh')).toBeNull()
  expect(readFileSync(join(cwd, 'seen'), 'utf8')).toBe('/a b/c.ts\n')
  expect(await open('sh', '-c', 'exit 3')).toBe('the editor sh ended with 3')
  expect(await open('no-such-editor')).toMatch(/^the editor no-such-editor could not be started: .*ENOENT/)
  rmSync(cwd, { recursive: true })
})

test('an editor that is no longer wanted is ended', async () => {
  const stop = new AbortController()
  const opened = openEditor({ words: ['sleep'], file: '600', cwd: tmpdir(), signal: stop.signal })
  stop.abort()
  expect(await opened).toBe('the editor sleep ended with SIGTERM')
})
