/**
 * What Debian's package bash-completion gives a shell, in our words: functions by the names that completion scripts of
 * others call (cobra's among them), and how the commands of this house are completed. Fetched with the shell's start file.
 */
export const BASH_COMPLETION_FILE = "/usr/share/bash-completion/bash_completion";

export const BASH_COMPLETION = `# Functions that completion scripts call, and completions of everyday commands.
_get_comp_words_by_ref() {
    local exclude= OPTIND=1 flag names=() vars=()
    while getopts "c:i:n:p:w:" flag "$@"; do
        case $flag in
            c) names+=(cur) vars+=("$OPTARG") ;;
            i) names+=(cword) vars+=("$OPTARG") ;;
            n) exclude=$OPTARG ;;
            p) names+=(prev) vars+=("$OPTARG") ;;
            w) names+=(words) vars+=("$OPTARG") ;;
        esac
    done
    shift $((OPTIND - 1))
    for flag; do names+=("$flag") vars+=("$flag"); done
    # Words that only a character of $exclude parts are one.
    local _rest=$COMP_LINE _word _gap _list=() _n=-1 _i _at=0 _glue= _cur
    for ((_i = 0; _i < \${#COMP_WORDS[@]}; _i++)); do
        _word=\${COMP_WORDS[_i]}
        _gap=\${_rest%%[![:space:]]*}
        _rest=\${_rest#"$_gap"}
        _rest=\${_rest#"$_word"}
        if [[ -n $exclude && -z $_gap && $_i -gt 0 && ( -n $_glue || $_word == +([$exclude]) ) ]]; then
            _list[_n]+=$_word
        else
            _list[++_n]=$_word
        fi
        if [[ -n $exclude && $_word == +([$exclude]) ]]; then _glue=1; else _glue=; fi
        if ((_i == COMP_CWORD)); then _at=$_n; fi
    done
    _cur=\${_list[_at]}
    _rest=\${COMP_LINE:0:COMP_POINT}
    while [[ -n $_cur && $_rest != *"$_cur" ]]; do _cur=\${_cur%?}; done
    for _i in "\${!names[@]}"; do
        case \${names[_i]} in
            cur) printf -v "\${vars[_i]}" %s "$_cur" ;;
            prev) if ((_at > 0)); then printf -v "\${vars[_i]}" %s "\${_list[_at - 1]}"; else printf -v "\${vars[_i]}" %s ""; fi ;;
            cword) printf -v "\${vars[_i]}" %s "$_at" ;;
            words) eval "\${vars[_i]}=(\\"\\\${_list[@]}\\")" ;;
        esac
    done
}
__ltrim_colon_completions() {
    if [[ $1 == *:* && $COMP_WORDBREAKS == *:* ]]; then
        local before=\${1%"\${1##*:}"} i
        for i in "\${!COMPREPLY[@]}"; do COMPREPLY[i]=\${COMPREPLY[i]#"$before"}; done
    fi
}
_filedir() {
    local IFS=$'\\n'
    compopt -o filenames
    case \${1-} in
        "") COMPREPLY+=($(compgen -f -- "$cur")) ;;
        -d) COMPREPLY+=($(compgen -d -- "$cur")) ;;
        *) COMPREPLY+=($(compgen -o plusdirs -f -X "!*.@($1)" -- "$cur")) ;;
    esac
}
_init_completion() {
    local exclude= flag OPTIND=1
    while getopts "n:e:o:i:s" flag "$@"; do [[ $flag == n ]] && exclude=$OPTARG; done
    COMPREPLY=()
    _get_comp_words_by_ref -n "$exclude<>&" cur prev words cword
    if [[ $cur == '$'* && $cur != *[/=]* ]]; then
        COMPREPLY=($(compgen -P '$' -v -- "\${cur#?}"))
        return 1
    fi
    if [[ $cur == [0-9\\&]*([0-9])[\\<\\>]* || $cur == [\\<\\>]* || $prev == *([0-9\\&])@([\\<\\>]|\\>\\>) ]]; then
        cur=\${cur##*[<>&]}
        _filedir
        return 1
    fi
}
_completion_loader() {
    local file=/usr/share/bash-completion/completions/\${1##*/}
    if [[ -n $1 && -r $file ]]; then . "$file"; else complete -o bashdefault -o default "\${1:-_EmptycmD_}"; fi
    return 124
}
complete -o bashdefault -o default -F _completion_loader -D
# A command that runs another: that one's own completion.
_command() {
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -c -- "$2"))
        return
    fi
    COMP_LINE=\${COMP_LINE#*[[:space:]]}
    COMP_POINT=$((COMP_POINT - \${#COMP_WORDS[0]} - 1))
    COMP_WORDS=("\${COMP_WORDS[@]:1}")
    COMP_CWORD=$((COMP_CWORD - 1))
    local spec=$(complete -p "\${COMP_WORDS[0]}" 2>/dev/null) name cur=$2
    if [[ $spec == *" -F "* ]]; then
        name=\${spec#* -F }
        "\${name%% *}" "\${COMP_WORDS[0]}" "$2" "$3"
        if [[ $spec == *"-o nospace"* ]]; then compopt -o nospace; fi
    else
        _filedir
    fi
}
complete -F _command command env exec nice nohup sudo time timeout watch xargs
complete -d -o nospace cd pushd rmdir
complete -c type which
complete -a unalias alias
complete -v unset export declare local readonly printenv
complete -A helptopic help
complete -A shopt shopt
complete -A signal trap
complete -j -P % bg fg disown jobs
complete -u su passwd id groups
_hosts() {
    local names=$(sed -n 's/^ *[Hh]ost  *//p' ~/.ssh/config 2>/dev/null)
    COMPREPLY=($(compgen -A hostname -W "$names" -X '*[*?]*' -- "$2"))
}
complete -F _hosts ssh ping host dig nslookup traceroute telnet
_git() {
    local cur=\${COMP_WORDS[COMP_CWORD]}
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "$(git --help | sed -n 's/^   \\([a-z]\\{2,\\}\\) .*/\\1/p')" -- "$cur"))
        return
    fi
    case \${COMP_WORDS[1]} in
        branch | checkout | diff | log | merge | rebase | reset | show | switch)
            COMPREPLY=($(compgen -W "HEAD $(git branch 2>/dev/null | tr -d '*+ ') $(git tag 2>/dev/null)" -- "$cur"))
            ;;
        push | pull | fetch)
            COMPREPLY=($(compgen -W "$(git remote 2>/dev/null) $(git branch 2>/dev/null | tr -d '*+ ')" -- "$cur"))
            ;;
    esac
}
complete -o bashdefault -o default -F _git git
_units() {
    local verbs="cat daemon-reload disable enable is-active is-enabled is-failed kill list-unit-files list-units mask restart show start status stop unmask"
    if ((COMP_CWORD == 1)) && [[ $1 == systemctl ]]; then
        COMPREPLY=($(compgen -W "$verbs" -- "$2"))
    elif [[ $1 == systemctl || $3 == -u ]]; then
        COMPREPLY=($(compgen -W "$(systemctl list-unit-files --no-legend --no-pager 2>/dev/null | sed 's/ .*//')" -- "$2"))
    fi
}
complete -F _units systemctl journalctl
`;
