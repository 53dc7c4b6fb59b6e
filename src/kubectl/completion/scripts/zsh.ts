/** What `source <(kubectl completion zsh)` reads, or a file `_kubectl` in zsh's fpath: the words of the line go to kubectl, its answer to `_describe`. */
export const ZSH_COMPLETION = `#compdef kubectl
# zsh completion for kubectl
compdef _kubectl kubectl

_kubectl() {
    local typed=\${(Q)words[CURRENT]} program=kubectl text line directive=0
    local -a told offered how
    # An alias is not the program; a path is.
    if [[ \${words[1]} == */* ]]; then program=\${(Q)words[1]}; fi
    told=("\${(@f)$("$program" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    # The last line says how the others are meant.
    if [[ \${told[-1]} == :<-> ]]; then
        directive=\${told[-1]#:}
        told[-1]=()
    fi
    # 1: kubectl could not tell.
    if ((directive & 1)); then return 1; fi
    # Of --flag=value the value is completed.
    if [[ $typed == -*=* ]] && [[ $PREFIX == *=* ]]; then
        IPREFIX+="\${PREFIX%%=*}="
        PREFIX=\${PREFIX#*=}
    fi
    # 8: files that end so. 16: folders, of the one that is named if any.
    if ((directive & 8)); then
        if ((\${#told} > 0)) && [[ -n \${told[1]} ]]; then
            _files -g "*.(\${(j:|:)told})(-.)"
        else
            _files
        fi
        return
    fi
    if ((directive & 16)); then
        if ((\${#told} > 0)) && [[ -n \${told[1]} ]]; then
            _files -/ -W "\${told[1]}"
        else
            _files -/
        fi
        return
    fi
    for line in "\${told[@]}"; do
        if [[ -z $line ]]; then continue; fi
        # A word, a tab and what it is about: _describe parts them at a colon.
        text=\${\${line%%$'\\t'*}//:/\\\\:}
        if [[ $line == *$'\\t'* ]]; then text+=":\${line#*$'\\t'}"; fi
        offered+=("$text")
    done
    # 2: no space behind. 32: in the order given.
    if ((directive & 2)); then how+=(-S ''); fi
    if ((directive & 32)); then
        _describe -V completions offered "\${how[@]}" && return
    else
        _describe completions offered "\${how[@]}" && return
    fi
    # 4: files are no answer.
    if ((directive & 4)); then return 1; fi
    _files
}

# As a file in fpath this is the function's first call; sourced it is not.
if [[ \${funcstack[1]} == _kubectl ]]; then _kubectl "$@"; fi
`;
