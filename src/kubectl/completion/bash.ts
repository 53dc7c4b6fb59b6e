/** What `source <(kubectl completion bash)` reads: bash asks kubectl what may follow, and heeds the directive in the last line. */
export const BASH_COMPLETION = `# bash completion for kubectl
__start_kubectl() {
    local i n=0 part joined="" line directive=0 cur
    local -a words=()
    # Bash parts words at = and at :, kubectl does not.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        part=\${COMP_WORDS[i]}
        if ((n > 0)) && [[ $part == [=:] || -n $joined ]]; then
            words[n - 1]+=$part
        else
            words[n++]=$part
        fi
        joined=""
        if [[ $part == [=:] ]]; then joined=yes; fi
    done
    cur=\${words[n - 1]}
    if [[ $cur == -*=* ]]; then cur=\${cur#*=}; fi
    COMPREPLY=()
    while IFS= read -r line; do
        if [[ $line == :* ]]; then
            directive=\${line#:}
        elif [[ $line == "$cur"* ]]; then
            COMPREPLY+=("$line")
        fi
    done < <(kubectl __completeNoDesc "\${words[@]}" 2>/dev/null)
    # Only files that end so, and folders: files are what bash offers when there is nothing else.
    if ((directive & 8)); then COMPREPLY=(); fi
    if ((directive & 2)); then compopt -o nospace; fi
    if ((directive & 4)); then compopt +o default; fi
    # What stands before the last colon is no part of the word that bash completes.
    if [[ $cur == *:* && \${COMP_WORDS[COMP_CWORD]} != "$cur" ]]; then
        COMPREPLY=("\${COMPREPLY[@]#"\${cur%"\${cur##*:}"}"}")
    fi
}
complete -o default -F __start_kubectl kubectl
`;
