/** The completion of bash. */
import { askTargets, type CompletedCommand, choicesOf, fileFlags, flagsOf, quoted } from './completed-command.ts'

/** @param commands see `completedCommands` */
export function renderBash(commands: readonly CompletedCommand[]): string {
  const groups = commands.filter(({ isGroup }) => isGroup).map(({ path }) => path)
  const values = [...choicesOf(commands)].map(
    ([flag, words]) => `    ${flag}) COMPREPLY=($(compgen -W ${quoted(words.join(' '))} -- "$word")); return ;;`,
  )
  return `# devdb completion bash; in ~/.bashrc:
#   eval "$(devdb completion bash)"
_devdb() {
  local word=\${COMP_WORDS[COMP_CWORD]} path= words=
  [ "$COMP_CWORD" -gt 1 ] && path=\${COMP_WORDS[1]}
  case $path in
    ${groups.join(' | ')}) [ "$COMP_CWORD" -gt 2 ] && path="$path \${COMP_WORDS[2]}" ;;
    exec) COMPREPLY=($(compgen -c -- "$word") $(compgen -f -- "$word")); return ;;
  esac
  case \${COMP_WORDS[COMP_CWORD - 1]} in
${values.join('\n')}
    ${fileFlags.join(' | ')}) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  case $path in
${commands.map(caseOf).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _devdb devdb
`
}

function caseOf({ path, words, options, takesMigration }: CompletedCommand): string {
  const all = [...words.map(({ word }) => word), ...options.flatMap(flagsOf)].join(' ')
  return `    ${quoted(path)}) words="${all}${takesMigration ? ` $(${askTargets})` : ''}" ;;`
}
