/** What `kubectl completion fish | source` reads: fish asks kubectl once for each Tab, and offers files where kubectl has nothing against them. */
export const FISH_COMPLETION = `# fish completion for kubectl
function __kubectl_has_bit -a directive bit
    test (math "floor($directive / $bit) % 2") -eq 1
end

# Asks kubectl, and keeps its answer. Fails where fish shall offer files instead.
function __kubectl_ask
    set -g __kubectl_offered
    set -g __kubectl_ordered 0
    set -l before (commandline -opc)
    set -l typed (commandline -ct | string unescape)
    # An alias is not the program; a path is.
    set -l program kubectl
    if string match -q -- '*/*' $before[1]
        set program $before[1]
    end
    set -l told ($program __complete $before[2..-1] "$typed" 2>/dev/null)
    if not string match -qr -- '^:[0-9]+$' "$told[-1]"
        return 1
    end
    # The last line says how the others are meant. 1: kubectl could not tell. 8, 16: files that end so, and folders,
    # which fish cannot narrow files down to.
    set -l directive (string sub -s 2 -- $told[-1])
    set -e told[-1]
    if __kubectl_has_bit $directive 1; or __kubectl_has_bit $directive 8; or __kubectl_has_bit $directive 16
        return 1
    end
    # Of --flag=value fish completes the whole word.
    set -l value "$typed"
    set -l head ""
    if string match -qr -- '^-[^=]*=' "$typed"
        set head (string replace -r -- '=.*' '=' "$typed")
        set value (string replace -r -- '^[^=]*=' '' "$typed")
    end
    for line in $told
        set -l text (string split -m 1 \\t -- $line)[1]
        if test -n "$text"; and test (string sub -l (string length -- "$value") -- "$text") = "$value"
            set -a __kubectl_offered "$head$line"
        end
    end
    if test (count $__kubectl_offered) -eq 0
        # 4: files are no answer.
        __kubectl_has_bit $directive 4
        return
    end
    # 2: no space behind. fish puts one behind a word that is alone, unless it ends as a path does.
    if __kubectl_has_bit $directive 2; and test (count $__kubectl_offered) -eq 1
        set -l text (string split -m 1 \\t -- $__kubectl_offered[1])[1]
        if not string match -qr -- '[/=@:.,]$' "$text"
            set -a __kubectl_offered "$text."
        end
    end
    # 32: in the order given.
    if __kubectl_has_bit $directive 32
        set -g __kubectl_ordered 1
    end
    return 0
end

function __kubectl_keeps_order
    __kubectl_ask; and test $__kubectl_ordered -eq 1
end
function __kubectl_is_sorted
    __kubectl_ask; and test $__kubectl_ordered -eq 0
end

# What came with fish gives way.
complete -c kubectl -e
complete -c kubectl -f -n __kubectl_is_sorted -a '$__kubectl_offered'
complete -c kubectl -f -k -n __kubectl_keeps_order -a '$__kubectl_offered'
`;
