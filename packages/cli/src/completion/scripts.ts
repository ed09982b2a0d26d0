import type { Shell } from "./shells.ts";

// The scripts pass on the typed words and insert the results. They never evaluate what the user typed.
const bash = `# briksync completion for bash. In ~/.bashrc: source <(briksync completion bash)
_briksync() {
  local reply
  COMPREPLY=()
  while IFS= read -r reply; do
    COMPREPLY+=("$reply")
  done < <("$1" __complete --line="\${COMP_LINE:0:COMP_POINT}" --word="$2" 2>/dev/null </dev/null)
}
complete -o nosort -F _briksync briksync 2>/dev/null || complete -F _briksync briksync
`;

const zsh = `#compdef briksync
# briksync completion for zsh. In ~/.zshrc, after compinit: source <(briksync completion zsh)
_briksync() {
  local line
  local -a values displays
  while IFS= read -r line; do
    values+=("\${line%%$'\\t'*}")
    if [[ -n "\${line#*$'\\t'}" ]]; then
      displays+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}")
    else
      displays+=("\${line%%$'\\t'*}")
    fi
  done < <("\${(Q)words[1]}" __complete --descriptions -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null </dev/null)
  (( \${#values} )) && compadd -l -d displays -a values
}
if [[ "\${funcstack[1]}" == _briksync ]]; then
  _briksync "$@"
else
  compdef _briksync briksync
fi
`;

const fish = `# briksync completion for fish. In ~/.config/fish/completions/briksync.fish: briksync completion fish | source
function __briksync_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    $program __complete --descriptions -- $words (commandline -ct | string unescape) 2>/dev/null </dev/null
end
complete -c briksync -f -k -a '(__briksync_complete)'
`;

/** The completion script of each shell, as `briksync completion <shell>` prints it. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
