/** `npm run picture`: plays a session of the forge on a terminal, and draws what was on the screen for the README. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { copyForge, type Forge, openWatch } from './forge.ts'
import { frameToSvg } from './frame-to-svg.ts'
import { type Terminal, upgradeBy } from './terminal.ts'

const folder = fileURLToPath(new URL('../../fixtures/picture', import.meta.url))
const columns = 84
const rows = 30

const forge = copyForge()
const terminal = openWatch(forge, { columns, rows })
try {
  await play(forge, terminal)
} finally {
  await terminal.close()
  forge.remove()
}

async function play(forge: Forge, terminal: Terminal): Promise<void> {
  await terminal.waitFor(/14 tables[\s\S]*6 applied · 2 pending/)
  await terminal.waitFor(/Throwaway .* ready/)
  // A table more, and one migration of the two that are pending.
  forge.edit('src/models/index.ts', '  UserEmail.belongsTo(', "  sequelize.define('badge', { name: types.STRING })\n$&")
  await terminal.waitFor(/15 tables/)
  await upgradeBy(terminal, 'u', /upgraded 1 migration/)
  await terminal.waitFor(/Throwaway .* ready[\s\S]*3 repositories[\s\S]*up ✓ down ✓[\s\S]*u upgrade/)
  draw('screen.svg')
  // A slip of the pen.
  forge.edit('src/models/user.ts', 'allowNull: false, unique: true },', 'allowNull: false unique: true },')
  await terminal.waitFor(/Build failed[\s\S]*→/)
  draw('problem.svg')
}

function draw(name: string): void {
  mkdirSync(folder, { recursive: true })
  const used = terminal.screen().split('\n').length
  writeFileSync(
    join(folder, name),
    frameToSvg(terminal.emulator.buffer.active, { columns, rows: used, title: 'devdb watch' }),
  )
}
