/** The timeline of one build as a picture for the README. Pure. */
import type { Span, Timeline } from './timeline.ts'

const width = 820
const rowHeight = 26
const left = 250
const right = 70
const top = 62
const bottom = 60

/** The colours of the README's other pictures. */
const theme = { page: '#16181d', edge: '#30343d', text: '#d6dae2', dim: '#7d8493' } as const
const colours: Readonly<Record<Span['who'], string>> = { waiting: '#5c6370', daemon: '#67b0e8', child: '#8ccf7e' }
const legend: Readonly<Record<Span['who'], string>> = {
  waiting: 'waiting for the editor',
  daemon: 'devdb',
  child: 'the child that waited',
}

/** @returns the text of an SVG file */
export function timelineToSvg({ title, spans, total }: Timeline): string {
  const height = top + spans.length * rowHeight + bottom
  const scale = (width - left - right) / total
  const x = (ms: number): number => round(left + ms * scale)
  const end = top + spans.length * rowHeight
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(`${title}: ${Math.round(total)} ms`)}">`,
    `<rect width="${width}" height="${height}" rx="10" fill="${theme.page}"/>`,
    `<g font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" font-size="13" fill="${theme.text}">`,
    `<text x="20" y="34" font-size="15">${escapeXml(title)}</text>`,
    ...ticksOf(total).flatMap((ms) => [
      `<line x1="${x(ms)}" y1="${top - 6}" x2="${x(ms)}" y2="${end}" stroke="${theme.edge}"/>`,
      `<text x="${x(ms)}" y="${end + 18}" fill="${theme.dim}" text-anchor="middle">${ms} ms</text>`,
    ]),
    ...spans.flatMap((span, index) => rowOf(span, top + index * rowHeight, x)),
    ...legendAt(end + 44),
    '</g>',
    '</svg>',
    '',
  ].join('\n')
}

function rowOf({ name, who, from, to }: Span, y: number, x: (ms: number) => number): readonly string[] {
  const length = Math.max(2, round(x(to) - x(from)))
  const middle = y + rowHeight / 2 + 4
  return [
    `<text x="${left - 12}" y="${middle}" text-anchor="end">${escapeXml(name)}</text>`,
    `<rect x="${x(from)}" y="${y + 4}" width="${length}" height="${rowHeight - 8}" rx="3" fill="${colours[who]}"/>`,
    `<text x="${round(x(from) + length + 6)}" y="${middle}" fill="${theme.dim}">${shown(to - from)}</text>`,
  ]
}

const legendAt = (y: number): readonly string[] =>
  Object.entries(legend).flatMap(([who, text], index) => [
    `<rect x="${left + index * 180}" y="${y - 10}" width="12" height="12" rx="3" fill="${colours[who as Span['who']]}"/>`,
    `<text x="${left + index * 180 + 18}" y="${y}" fill="${theme.dim}">${text}</text>`,
  ])

/** At most ten, in round numbers. */
function ticksOf(total: number): readonly number[] {
  const step = [5, 10, 20, 25, 50, 100, 200, 500, 1000].find((one) => total / one <= 10) ?? 5000
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step)
}

const shown = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`)

const round = (value: number): number => Math.round(value * 10) / 10

const escapeXml = (text: string): string => text.replace(/[<>&"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
