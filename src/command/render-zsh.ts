/** The completion of zsh: https://zsh.sourceforge.io/Doc/Release/Completion-System.html */
import {
  askTargets,
  type CompletedCommand,
  choicesOf,
  fileFlags,
  flagsOf,
  quoted,
  type Word,
} from './completed-command.ts'

/** @param commands see `completedCommands` */
export function renderZsh(commands: readonly CompletedCommand[]): string {
  const groups = commands.filter(({ isGroup }) => isGroup).map(({ path }) => path)
  const values = [...choicesOf(commands)].map(([flag, words]) => `    ${flag}) compadd ${words.join(' ')}; return ;;`)
  return `#compdef devdb
# devdb completion zsh; in ~/.zshrc, after compinit:
#   eval "$(devdb completion zsh)"
_devdb() {
  local -a found
  local place=
  (( CURRENT > 2 )) && place=\${words[2]}
  case $place in
    (${groups.join('|')}) (( CURRENT > 3 )) && place="$place \${words[3]}" ;;
    (exec) shift 2 words; (( CURRENT -= 2 )); _normal; return ;;
  esac
  case \${words[CURRENT - 1]} in
${values.join('\n').replaceAll(/^ {4}(--\S+)\)/gm, '    ($1)')}
    (${fileFlags.join('|')}) _files; return ;;
  esac
  case $place in
${commands.map(caseOf).join('\n')}
  esac
  _describe devdb found
}
compdef _devdb devdb
`
}

function caseOf({ path, words, options, takesMigration }: CompletedCommand): string {
  const flags = options.flatMap((option) => flagsOf(option).map((word) => ({ word, description: option.description })))
  const names = takesMigration ? ` \${(f)"$(${askTargets})"}` : ''
  return `    (${quoted(path)}) found=(${[...words, ...flags].map(described).join(' ')}${names}) ;;`
}

/** `_describe` separates a word from its meaning by a colon. */
const described = ({ word, description }: Word): string =>
  quoted(description === '' ? word : `${word.replaceAll(':', '\\:')}:${description}`)
