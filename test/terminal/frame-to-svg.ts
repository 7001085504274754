/** How does a frame get into the README? A terminal's cells as an SVG that looks the same everywhere. Pure. */
import type { IBuffer, IBufferCell } from '@xterm/headless'

/** The size of the frame, and what its window is called. */
export interface SvgOptions {
  readonly columns: number
  readonly rows: number
  readonly title?: string
}

/** Cells with one look, side by side. */
interface Run {
  readonly x: number
  readonly width: number
  readonly text: string
  readonly fill: string
  readonly background: string | null
  readonly style: string
}

const cellWidth = 8.4
const cellHeight = 19
const fontSize = 14
const padding = 16
const barHeight = 36
const theme = {
  page: '#16181d',
  bar: '#1f2229',
  edge: '#30343d',
  text: '#d6dae2',
  dim: '#7d8493',
  title: '#9aa1b0',
} as const
const palette = [
  ...['#3b4048', '#ef6b73', '#8ccf7e', '#e5c76b', '#67b0e8', '#c47fd5', '#6cbfbf', '#d6dae2'],
  ...['#5c6370', '#f78c93', '#a5e09a', '#f0d88a', '#8ac6f2', '#d79fe4', '#8ad6d6', '#ffffff'],
]

/**
 * Draws what a terminal shows. Each run of cells has its own x and textLength, so that another font cannot shift anything.
 * @param buffer the emulator's active buffer
 * @param options size and title
 * @returns the text of an SVG file
 */
export function frameToSvg(buffer: IBuffer, { columns, rows, title = '' }: SvgOptions): string {
  const width = round(columns * cellWidth + 2 * padding)
  const height = round(rows * cellHeight + 2 * padding + barHeight)
  const lines = Array.from({ length: rows }, (_, row) => drawRow(runsOf(buffer, row, columns), row))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(title)}">`,
    ...windowFrame(width, height, title),
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${fontSize}" xml:space="preserve">`,
    ...lines.flat(),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

const windowFrame = (width: number, height: number, title: string): readonly string[] => [
  `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="${theme.page}" stroke="${theme.edge}"/>`,
  `<path d="M0.5 ${barHeight}V9.5a9 9 0 0 1 9-9H${round(width - 9.5)}a9 9 0 0 1 9 9V${barHeight}Z" fill="${theme.bar}" stroke="${theme.edge}"/>`,
  ...['#ef6b73', '#e5c76b', '#8ccf7e'].map(
    (fill, index) => `<circle cx="${20 + index * 20}" cy="${barHeight / 2}" r="6" fill="${fill}"/>`,
  ),
  `<text x="${width / 2}" y="${barHeight / 2 + 4}" text-anchor="middle" font-family="system-ui, sans-serif" font-size="13" fill="${theme.title}">${escapeXml(title)}</text>`,
]

function drawRow(runs: readonly Run[], row: number): readonly string[] {
  const top = barHeight + padding + row * cellHeight
  return runs.flatMap(({ x, width, text, fill, background, style }) => {
    const left = round(padding + x * cellWidth)
    const length = round(width * cellWidth)
    const box =
      background === null
        ? []
        : [`<rect x="${left}" y="${top}" width="${length}" height="${cellHeight}" fill="${background}"/>`]
    if (text.trim() === '') return box
    return [
      ...box,
      `<text x="${left}" y="${round(top + cellHeight * 0.74)}" textLength="${length}" lengthAdjust="spacingAndGlyphs" fill="${fill}"${style}>${escapeXml(text)}</text>`,
    ]
  })
}

/** Words are runs of their own: what is between two of them need not be drawn, and no renderer can swallow it. */
function runsOf(buffer: IBuffer, row: number, columns: number): readonly Run[] {
  const line = buffer.getLine(buffer.baseY + row)
  const runs: Run[] = []
  for (let x = 0; line !== undefined && x < columns; x++) {
    const cell = line.getCell(x)
    if (cell === undefined || cell.getWidth() === 0) continue
    const run = runOf(cell, x)
    const last = runs.at(-1)
    if (last !== undefined && canJoin(last, run))
      runs[runs.length - 1] = { ...last, width: last.width + run.width, text: last.text + run.text }
    else runs.push(run)
  }
  return runs.filter(({ text, background }) => text.trim() !== '' || background !== null)
}

const canJoin = (before: Run, after: Run): boolean =>
  before.x + before.width === after.x &&
  before.fill === after.fill &&
  before.background === after.background &&
  before.style === after.style &&
  isPlain(before.text) &&
  isPlain(after.text)

/** Symbols may come from another font with other widths: each is placed by itself. Spaces end a run. */
const isPlain = (text: string): boolean => /^[!-~]+$/.test(text) || /^[━─]+$/.test(text)

function runOf(cell: IBufferCell, x: number): Run {
  const foreground = colorOf(cell, 'Fg') ?? theme.text
  const background = colorOf(cell, 'Bg')
  const isInverse = cell.isInverse() !== 0
  const fill = isInverse ? (background ?? theme.page) : foreground
  const style = [
    cell.isBold() ? ' font-weight="bold"' : '',
    cell.isItalic() ? ' font-style="italic"' : '',
    cell.isUnderline() ? ' text-decoration="underline"' : '',
  ]
  return {
    x,
    width: cell.getWidth(),
    text: cell.getChars() || ' ',
    fill: cell.isDim() && fill === theme.text ? theme.dim : fill,
    background: isInverse ? foreground : background,
    style: style.join('') + (cell.isDim() && fill !== theme.text ? ' opacity="0.6"' : ''),
  }
}

function colorOf(cell: IBufferCell, ground: 'Fg' | 'Bg'): string | null {
  const color = ground === 'Fg' ? cell.getFgColor() : cell.getBgColor()
  if (ground === 'Fg' ? cell.isFgRGB() : cell.isBgRGB()) return `#${color.toString(16).padStart(6, '0')}`
  return (ground === 'Fg' ? cell.isFgPalette() : cell.isBgPalette()) ? paletteColor(color) : null
}

/** The 256 colours: 16 of the theme, a cube of 216, then 24 greys. */
function paletteColor(index: number): string {
  if (index < 16) return palette[index]!
  if (index >= 232) return `#${(8 + (index - 232) * 10).toString(16).padStart(2, '0').repeat(3)}`
  const level = (value: number) => (value === 0 ? 0 : 55 + value * 40).toString(16).padStart(2, '0')
  const cube = index - 16
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`
}

const round = (number: number): number => Math.round(number * 100) / 100

const escapeXml = (text: string): string => text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`)
