/** The completion of fish: https://fishshell.com/docs/current/completions.html */
import type { Option } from 'commander'
import { askTargets, type CompletedCommand, fileFlags, quoted } from './completed-command.ts'

/** @param commands see `completedCommands` */
export function renderFish(commands: readonly CompletedCommand[]): string {
  return `# devdb completion fish > ~/.config/fish/completions/devdb.fish
complete -c devdb -n 'not __fish_seen_subcommand_from exec' -f
complete -c devdb -n '__fish_seen_subcommand_from exec' -a '(__fish_complete_subcommand --fcs-skip=2)'
${commands.flatMap(linesOf).join('\n')}
`
}

function linesOf({ path, words, options, isGroup, takesMigration }: CompletedCommand): readonly string[] {
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`)
  const further = words.map(({ word }) => word).join(' ')
  const place = path === '' ? '__fish_use_subcommand' : seen.join('; and ')
  const begin = `complete -c devdb -n ${quoted(isGroup ? `${place}; and not __fish_seen_subcommand_from ${further}` : place)}`
  return [
    ...words.map(
      ({ word, description }) => `${begin} -a ${word}${description === '' ? '' : ` -d ${quoted(description)}`}`,
    ),
    ...(takesMigration ? [`${begin} -a ${quoted(`(${askTargets})`)}`] : []),
    ...options.map((option) => `${begin}${flagsOf(option)} -d ${quoted(option.description)}`),
  ]
}

function flagsOf({ short, long, argChoices, required }: Option): string {
  const isFile = fileFlags.some((flag) => flag === long)
  const value =
    argChoices !== undefined ? ` -x -a ${quoted(argChoices.join(' '))}` : isFile ? ' -r -F' : required ? ' -x' : ''
  return `${short ? ` -s ${short.slice(1)}` : ''}${long ? ` -l ${long.slice(2)}` : ''}${value}`
}
